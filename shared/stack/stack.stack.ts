import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test, vi } from 'vitest';
import { bareUrl } from '#shared/messaging/server-url.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { dataDir } from './processes/data-dir.ts';
import { isRunning } from './processes/data-lock.ts';
import { startStack } from './stack.ts';

const fixture = (file: string) => join(import.meta.dirname, 'fixtures', file);
const services = [{ name: 'fixture-service', replicas: 2, main: fixture('service.ts') }];
const isGone = (pid: number) => !isRunning(pid);
const gone = (pids: readonly number[]) =>
  vi.waitFor(() => expect(pids.filter((pid) => !isGone(pid))).toEqual([]), { timeout: 60_000, interval: 20 });

test('replicas get the address of the servers and admin ports of their own', async () => {
  const lines: string[] = [];
  await using stack = await startStack({ services, onLine: (_service, line) => lines.push(line) });
  expect(stack.services.map(({ name, replica }) => [name, replica])).toEqual([
    ['fixture-service', 1],
    ['fixture-service', 2],
  ]);
  expect(new Set(stack.services.map(({ adminUrl }) => adminUrl)).size).toBe(2);
  expect(lines.filter((line) => line.includes(bareUrl(stack.nats.url)))).toHaveLength(2);
});

test('after stop nothing is left, and stopping again does nothing', async () => {
  const stack = await startStack({ services });
  const pids = [stack.nats, stack.redis, ...stack.services].map(({ pid }) => pid);
  expect(pids.filter(isGone)).toEqual([]);
  await stack.stop();
  expect(pids.filter(isGone)).toEqual(pids);
  await stack.stop();
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'a service restarted by %s is ready again and is not reported dead',
  async (signal) => {
    const onDeath = vi.fn();
    await using stack = await startStack({ services, onDeath });
    const [service] = stack.services;
    const before = service?.pid;
    await service?.restart(signal);
    expect(service?.pid).not.toBe(before);
    expect((await fetch(`${service?.adminUrl}/ready`)).ok).toBe(true);
    expect(onDeath).not.toHaveBeenCalled();
  },
);

test('a service that dies is reported with its name and how it ended', async () => {
  const death = Promise.withResolvers<string>();
  await using stack = await startStack({ services, onDeath: death.resolve });
  stack.services[0]?.signal('SIGKILL');
  expect(await death.promise).toMatch(/^fixture-service was ended by SIGKILL/);
});

test('a service that cannot start is named with its last lines, and nothing is left running', async () => {
  const pids: number[] = [];
  const failing = { name: 'failing-service', main: fixture('failing-service.ts') };
  const starting = startStack({
    services: [...services, failing],
    onLine: (_service, line) => pids.push(...(/"pid":(\d+)/.exec(line)?.slice(1).map(Number) ?? [])),
  });
  await expect(starting).rejects.toThrow(/^failing-service exited with code 3[\s\S]*the reason that it gives/);
  await gone(pids);
});

test('a start that is broken off leaves nothing running', async () => {
  const abort = new AbortController();
  const starting = startStack({ services, signal: abort.signal, onLine: () => abort.abort() });
  await expect(starting).rejects.toThrow('stopped while starting');
});

test.concurrent.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'neither children nor temporary folders outlive a parent that ends by %s',
  async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'pizza-test-'));
    const parent = spawn(process.execPath, [fixture('parent.ts')], {
      env: { ...process.env, TMPDIR: folder, NODE_COMPILE_CACHE: join(dataDir(), 'compile-cache') },
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const pids = JSON.parse(line) as number[];
    expect(pids).toHaveLength(3);
    expect(await readdir(folder)).not.toEqual([]);
    parent.kill(signal);
    await gone([...pids, parent.pid ?? 0]);
    await eventually(async () => (await readdir(folder)).length === 0 || undefined, 'the folders to be removed');
    await rm(folder, { recursive: true });
  },
);
