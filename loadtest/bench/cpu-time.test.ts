import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cpuPer, cpuTimeOf, ticksOf } from './cpu-time.ts';

it('reads user and system time, that of ended children too, behind a program name with spaces and brackets', () => {
  const stat = '42 (a (b) c) S 1 42 42 0 -1 4194560 1500 0 0 0 311 22 4 3 20 0 11 0 100 0 0';
  expect(ticksOf(stat)).toBe(340);
});

it.runIf(existsSync('/proc/self/stat'))('counts what children of a process use', async () => {
  const busy = 'for (const end = Date.now() + 300; Date.now() < end; );';
  const code = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(busy)}]); setInterval(() => {}, 9)`;
  const parent = spawn(process.execPath, ['-e', code]);
  try {
    await expect.poll(() => cpuTimeOf(parent.pid ?? 0), { timeout: 20_000 }).toBeGreaterThan(250_000);
  } finally {
    parent.kill('SIGKILL');
  }
});

it('divides what each process used in between, and leaves out one that was not there at first', () => {
  const before = new Map([['kitchen', 1_000]]);
  const after = new Map([
    ['kitchen', 3_000],
    ['late', 500],
  ]);
  expect(cpuPer(100, before, after)).toEqual({ kitchen: 20 });
});
