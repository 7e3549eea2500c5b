import { readdir, readFile } from 'node:fs/promises';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { eventually } from './eventually.ts';

/** Stops a server, and waits until none of its threads runs any more: a signal takes effect a moment after it was sent. */
export async function freeze(server: Pick<NativeServer, 'pid' | 'signal'>): Promise<void> {
  server.signal('SIGSTOP');
  await eventually(async () => (await isStopped(server.pid)) || undefined, 'the server to stop');
}

/** By proc(5); where there is none, it is taken for stopped. */
async function isStopped(pid: number): Promise<boolean> {
  const tasks = `/proc/${pid}/task`;
  const threads = await readdir(tasks).catch(() => []);
  const states = await Promise.all(
    threads.map(async (thread) => {
      const stat = await readFile(`${tasks}/${thread}/stat`, 'utf8').catch(() => '');
      return stat.slice(stat.lastIndexOf(')') + 2)[0];
    }),
  );
  return states.every((state) => state === 'T' || state === undefined);
}
