import { describe, it } from 'vitest';
import type { Flow } from '#shared/contracts/flow.ts';
import { freePort } from '#shared/stack/processes/free-ports.ts';
import { obtainProgram } from '#shared/stack/programs/programs.ts';
import { restateEnv, startRestate } from '#shared/stack/servers/native-server.ts';
import { eventually } from './eventually.ts';
import type { Backend } from './flow-harness.ts';
import { realBackend } from './real-backend.ts';

const missing = await obtainProgram('restate-server').then(
  () => undefined,
  (error: Error) => error.message,
);

/** A suite that needs a Restate: skipped, with the reason in its name, where none can be had. */
export function withRestate(suite: () => void): void {
  if (missing === undefined) suite();
  else describe.skip(`not run: ${missing}`, () => it('needs a Restate server', () => undefined));
}

/** A NATS, a Redis and a Restate of its own. */
export async function restateBackend(flow: Flow): Promise<Backend & AsyncDisposable> {
  await using started = new AsyncDisposableStack();
  const backend = started.use(await realBackend(flow));
  const restate = started.use(await startRestate());
  const endpointPort = await freePort('127.0.0.1');
  const owned = started.move();
  return {
    ...backend,
    env: { ...restateEnv(restate), RESTATE_ENDPOINT_PORT: String(endpointPort) },
    rest: () => invocationsRest(restate.monitorUrl ?? ''),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Resolves when every workflow of a Restate has ended, or is suspended until an event or its deadline. */
export async function invocationsRest(adminUrl: string): Promise<void> {
  const query = "SELECT COUNT(*) AS busy FROM sys_invocation WHERE status NOT IN ('completed', 'suspended')";
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  await eventually(
    async () => {
      const answer = await fetch(`${adminUrl}/query`, { method: 'POST', headers, body: JSON.stringify({ query }) });
      const { rows } = (await answer.json()) as { rows: { busy: number }[] };
      return rows[0]?.busy === 0 || undefined;
    },
    'all workflows at rest',
    60_000,
  );
}
