import type { Launch, LaunchInput } from '../processes/launch.ts';

const ANSWER_WITHIN_MS = 2_000;

/** How to run toxiproxy, and how to tell that its API answers. It begins with no proxy. */
export async function toxiproxyLaunch({ program, bind, ports, logFile }: LaunchInput): Promise<Launch> {
  const [port] = ports as [number];
  const url = `http://${bind}:${port}`;
  return {
    name: program.name,
    url,
    file: program.path,
    args: ['-host', bind, '-port', String(port)],
    env: program.env,
    logFile,
    answers: () => isReady(url),
  };
}

/** One that was there before would have proxies already. */
async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/proxies`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return answer.ok && (await answer.text()).trim() === '{}';
  } catch {
    // Not listening yet: asked again until the start's deadline.
    return false;
  }
}
