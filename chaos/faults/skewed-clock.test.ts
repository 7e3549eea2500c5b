import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = `
  const at = () => [Date.now(), new Date().getTime(), new Date(5).getTime(), performance.now()];
  const before = at();
  process.kill(process.pid, 'SIGUSR2');
  setTimeout(() => console.log(JSON.stringify([before, at()])), 100);
`;

it('a skewed clock is ten minutes ahead from the signal on; the monotonic one is not', async () => {
  const args = ['--import', new URL('skewed-clock.ts', import.meta.url).href, '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const [before, after] = JSON.parse(stdout) as number[][];
  const ahead = before?.map((value, n) => Math.round(((after?.[n] ?? 0) - value) / 60_000));
  expect(ahead).toEqual([10, 10, 0, 0]);
});
