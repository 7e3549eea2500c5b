import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { eventually } from '#shared/testing/eventually.ts';
import { ask } from '../processes/ask.ts';
import { isRunning } from '../processes/data-lock.ts';
import { findProgram } from '../programs/programs.ts';
import { startNats, startPostgres, startRedis } from './native-server.ts';
import type { NativeServer } from './running-server.ts';

/** Asked again where a machine that stalls lets the question time out. */
const say = (server: NativeServer, question: string, complete = /\n/) =>
  eventually(async () => (await askOnce(server, question, complete)) || undefined, `an answer of ${server.name}`);
const askOnce = (server: NativeServer, question: string, complete: RegExp) => {
  const { hostname, port } = new URL(server.url);
  return ask(hostname, Number(port), question, complete);
};
const isGone = (pid: number) => !isRunning(pid);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pizza-test-'));
  // Started by root, PostgreSQL runs as somebody else.
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each([
  ['NATS', startNats, '', /^INFO .*"jetstream":true/],
  ['Redis', startRedis, 'PING\r\n', /^\+PONG/],
] as const)('%s', (name, start, question, answer) => {
  test('answers on a free port of its own, and is gone after stop', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    expect(one.url).not.toBe(other.url);
    expect(await say(one, question)).toMatch(answer);
    expect(await say(other, question)).toMatch(answer);
    await Promise.all([one.stop(), other.stop()]);
    expect(await askOnce(one, question, /\n/)).toBe('');
    expect([one, other].map(({ pid }) => isGone(pid))).toEqual([true, true]);
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('keeps its port over a restart by %s, under a new pid', async (signal) => {
    await using server = await start();
    const before = { url: server.url, pid: server.pid };
    await server.restart(signal);
    expect(server.url).toBe(before.url);
    expect(server.pid).not.toBe(before.pid);
    expect(await say(server, question)).toMatch(answer);
  });

  test('says that it died when it was not asked to end', async () => {
    await using server = await start({ dir: join(folder, `${name}-dies`) });
    server.signal('SIGKILL');
    expect(await server.died).toMatch(/-server was ended by SIGKILL; see .*server\.log/);
  });

  test('on a taken port names the port, its variable, the holder and the remedy', async () => {
    await using holder = await start();
    const port = Number(new URL(holder.url).port);
    await expect(start({ port, portVariable: 'SOME_PORT' })).rejects.toThrow(
      new RegExp(
        `^port ${port} \\(SOME_PORT\\) is taken by ${holder.name} \\(pid ${holder.pid}\\)\\. Stop that program, or set SOME_PORT`,
      ),
    );
    expect(await say(holder, question)).toMatch(answer);
  });

  test('listens on an IPv6 address, which its URL has in brackets', async () => {
    await using server = await start({ bind: '::1' });
    const { port } = new URL(server.url);
    expect(server.url).toMatch(/:\/\/\[::1\]:\d+$/);
    expect(await ask('::1', Number(port), question, /\n/)).toMatch(answer);
  });

  test('takes a data folder with characters that a configuration file quotes', async () => {
    await using server = await start({ dir: join(folder, `${name} "a" \\ 'b' :c $d #e`) });
    expect(await say(server, question)).toMatch(answer);
  });

  test('on a data folder that cannot be made names the folder and the remedy', async () => {
    const file = join(folder, `${name}-file`);
    await writeFile(file, '');
    await expect(start({ dir: join(file, 'below') })).rejects.toThrow(
      /cannot use the data folder .*below: ENOTDIR.* set DATA_DIR to another folder/,
    );
  });

  test('on an address that this machine does not have names BIND', async () => {
    await expect(start({ bind: '192.0.2.1' })).rejects.toThrow(/cannot listen on 192\.0\.2\.1:\d+ .* Set BIND/);
  });
});

test.each(['SIGTERM', 'SIGKILL'] as const)('Redis keeps its data over a restart by %s', async (signal) => {
  await using redis = await startRedis();
  expect(await say(redis, 'SET order 12345\r\n')).toBe('+OK\r\n');
  await redis.restart(signal);
  expect(await say(redis, 'GET order\r\n', /12345/)).toContain('12345');
});

// Its first start on a folder takes a second: one server for all of it.
test('PostgreSQL ends at once although clients are connected, keeps its data, and a kill leaves none of its processes', async () => {
  await using server = await startPostgres({ dir: join(folder, `postgres "a" \\ 'b' :c $d #e`) });
  const ask = async (statement: string) => {
    const client = new Client(server.url.replace(/[^/]*$/, 'postgres'));
    client.on('error', () => undefined);
    await client.connect();
    return (await client.query(statement)).rows;
  };
  await ask('CREATE TABLE kept ()');
  const began = performance.now();
  await server.restart('SIGTERM');
  expect(performance.now() - began).toBeLessThan(8_000);
  await ask('SELECT FROM kept');
  const children = await readFile(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').catch(() => '');
  await server.restart('SIGKILL');
  const pids = children.split(' ').filter(Boolean).map(Number);
  await eventually(async () => pids.every(isGone) || undefined, 'its processes to end');
  await ask('SELECT FROM kept');
  server.signal('SIGKILL');
  expect(await server.died).toMatch(/^postgres was ended by SIGKILL; see .*server\.log/);
});

test('a PostgreSQL that cannot read the folder of another version says what to do', async () => {
  const dir = join(folder, 'postgres-12');
  await mkdir(join(dir, 'data'), { recursive: true });
  await writeFile(join(dir, 'data/PG_VERSION'), '12\n');
  await expect(startPostgres({ dir })).rejects.toThrow(
    /made by PostgreSQL 12, and postgres is \d+\S+ Remove the folder/,
  );
});

test('a NATS started again on the same folder has what its stream held', async () => {
  const dir = join(folder, 'nats-kept');
  const stream = JSON.stringify({ name: 'KEPT', subjects: ['kept'], storage: 'file', retention: 'limits' });
  const create = `CONNECT {"verbose":false}\r\nSUB reply 1\r\nPUB $JS.API.STREAM.CREATE.KEPT reply ${stream.length}\r\n${stream}\r\n`;
  const first = await startNats({ dir });
  expect(await say(first, create, /stream_create_response/)).toContain('"name":"KEPT"');
  await first.restart('SIGKILL');
  await first.stop();
  await using again = await startNats({ dir });
  const info = 'CONNECT {"verbose":false}\r\nSUB reply 1\r\nPUB $JS.API.STREAM.INFO.KEPT reply 0\r\n\r\n';
  expect(await say(again, info, /stream_info_response/)).toContain('"name":"KEPT"');
});

test('a temporary data folder is removed at stop, a given one is kept', async () => {
  const dir = join(folder, 'redis-kept');
  await (await startRedis({ dir })).stop();
  expect(existsSync(join(dir, 'appendonlydir'))).toBe(true);
  const server = await startRedis();
  const [path = ''] =
    /\/\S*pizza-redis-server-\w+/.exec(await say(server, 'CONFIG GET dir\r\n', /pizza-\S+\r\n/)) ?? [];
  expect(existsSync(path)).toBe(true);
  await server.stop();
  expect(existsSync(path)).toBe(false);
});

test('durable: Redis syncs at each write', async () => {
  await using redis = await startRedis({ durable: true });
  expect(await say(redis, 'CONFIG GET appendfsync\r\n', /always|everysec/)).toContain('always');
});

test('durable: NATS syncs at each write', async () => {
  await using nats = await startNats({ durable: true });
  const { config } = (await (await fetch(`${nats.monitorUrl}/jsz?config=true`)).json()) as { config: object };
  expect(config).toMatchObject({ sync_always: true });
});

test('a program that is missing is obtained, whichever command starts the server', async () => {
  const { path = '' } = (await findProgram('nats-server')) ?? {};
  const { stdout: found } = await execa('which', [path]);
  const bin = join(folder, 'bin');
  await mkdir(bin);
  // Stands for Go: its installation is the program that this machine has.
  const go = `#!/bin/sh\n[ "$1" = version ] || /bin/cp '${found}' "$GOBIN/nats-server"\n`;
  await writeFile(join(bin, 'go'), go, { mode: 0o755 });
  vi.stubEnv('PATH', bin);
  vi.stubEnv('DATA_DIR', join(folder, 'fresh'));
  await using server = await startNats().finally(() => vi.unstubAllEnvs());
  expect(await say(server, '')).toMatch(/^INFO /);
  expect(existsSync(join(folder, 'fresh/programs/nats-server/bin/nats-server'))).toBe(true);
});
