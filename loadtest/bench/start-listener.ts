import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawnGuarded } from '#shared/stack/processes/guarded-process.ts';

/** A script of this folder in a process of its own. */
export interface Listener extends AsyncDisposable {
  readonly pid: number;
  /** Where it listens on loopback: the one line that it printed. */
  readonly port: number;
}

/** @throws Error when it ends without a line */
export async function startListener(script: string): Promise<Listener> {
  const args = [join(import.meta.dirname, script)];
  const { pid, stdout, exited, stop } = await spawnGuarded({ file: process.execPath, args, output: 'pipe' });
  if (!stdout) throw new Error(`${script} has no output`);
  const ended = exited.then(({ code, signal }) => {
    throw new Error(`${script} ended (${signal ?? code}) before it listened`);
  });
  const [port] = (await Promise.race([once(createInterface({ input: stdout }), 'line'), ended])) as [string];
  // What comes of it later is not its starter's matter.
  ended.catch(() => undefined);
  return { pid, port: Number(port), [Symbol.asyncDispose]: async () => void (await stop(1_000)) };
}
