import { request } from 'node:http';
import { readSettings } from '#shared/runtime/settings.ts';
import { controlSocket, type StackDescription } from '#shared/stack/control-server.ts';
import { dataDir } from '#shared/stack/processes/data-dir.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { type Needs, NotRunnable, refuseOwnStackNeeds, type Target, targetOf } from './target.ts';

/** The stack of `npm start`, through its control socket. @throws NotRunnable, StartFailure. */
export async function startedStack({ needs }: { readonly needs: Needs }): Promise<Target> {
  refuseOwnStackNeeds(needs);
  const stack = await describeStack();
  refuseOtherSettings(needs, stack);
  return {
    ...(await targetOf('the stack of npm start', stack, async ({ name, replica }, action) => {
      await ask('POST', `/${name}/${replica}`, action);
    })),
    grafanaUrl: `http://127.0.0.1:${stack.settings.GRAFANA_PORT}`,
  };
}

/** @throws StartFailure when none runs on the data folder */
async function describeStack(): Promise<StackDescription> {
  try {
    return (await ask('GET', '/')) as StackDescription;
  } catch (error) {
    throw new StartFailure(
      `no stack of npm start answers at ${controlSocket(dataDir())}: start one, or leave --target out (DATA_DIR and .env as there)`,
      { cause: error },
    );
  }
}

function refuseOtherSettings({ env }: Needs, { settings }: StackDescription): void {
  const wanted = readSettings({ DEFAULT_ORDER_TIMEOUT: '30s', ...env });
  const others = Object.entries(env).filter(
    ([name]) => wanted[name as keyof typeof wanted] !== settings[name as keyof typeof settings],
  );
  if (others.length === 0) return;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  throw new NotRunnable(`it needs a stack that was started by ${variables.join(' ')} npm start`);
}

const ANSWER_WITHIN_MS = 45_000;

/** @throws Error without an answer, or for one that is not 200 */
function ask(method: string, path: string, body?: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        socketPath: controlSocket(dataDir()),
        method,
        path,
        headers: body ? { 'content-type': 'application/json' } : {},
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      },
      async (answer) => {
        const text = (await answer.toArray()).join('');
        if (answer.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`the stack answered ${answer.statusCode} to ${method} ${path}: ${text}`));
      },
    );
    asked.on('error', reject);
    asked.end(body && JSON.stringify(body));
  });
}
