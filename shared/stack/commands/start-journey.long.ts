import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { portsFor, stackPorts } from '#shared/testing/ports-for.ts';
import { dataDir, repository } from '../processes/data-dir.ts';

const compileCache = join(dataDir(), 'compile-cache');
let folder: string;
let ports: Record<string, string>;
const children: { kill(signal: 'SIGKILL'): boolean }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pizza-start-'));
  if (existsSync(join(dataDir(), 'programs'))) await symlink(join(dataDir(), 'programs'), join(folder, 'programs'));
  ports = await portsFor(stackPorts);
});
afterEach(async () => {
  // Left behind by a test that failed; their guard ends what they started.
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const run = (file: string, args: string[], env: Record<string, string> = {}) => {
  const child = execa(file, args, {
    cwd: repository,
    // One cache for all: compiling takes longer than all the rest of a start.
    env: { DATA_DIR: folder, NODE_COMPILE_CACHE: compileCache, NO_COLOR: '1', ...ports, ...env },
    reject: false,
    all: true,
    // Waits for the output's end too, so that a child left behind would be noticed.
    cleanup: false,
    // How it ends is what is tested: on a busy machine draining takes longer than execa's own patience (5 s, then SIGKILL).
    forceKillAfterDelay: false,
  });
  children.push(child);
  return child;
};
const start = (args: string[], env?: Record<string, string>) =>
  run(process.execPath, ['shared/stack/commands/start.ts', ...args], env);

/** Resolves when the output so far holds `text`. */
function untilSays(child: ReturnType<typeof run>, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.all.on('data', (bytes) => {
      said += String(bytes);
      if (said.includes(text)) resolve(said);
    });
    child.all.on('end', () => reject(new Error(`ended without saying ${text}:\n${said}`)));
  });
}
const listens = (port: string) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
const listening = async () => {
  const found = await Promise.all(
    Object.entries(ports).map(async ([name, port]) => ((await listens(port)) ? name : [])),
  );
  return found.flat();
};

test('--once shows the journey of a ready order and what Prometheus says of it, exits 0, leaves nothing running', async () => {
  const { exitCode, all } = await start(['--once', '--replicas', 'kitchen-service=2']);
  expect(all).toMatch(/\+0 ms +\+0 ms +order\.created +order-service +chef, inventory, payment/);
  expect(all).toMatch(/kitchen\.ready +kitchen-service +\w+\.\w+/);
  expect(all).toMatch(/The order is ready after \d+ ms\./);
  expect(all.match(/^kitchen-service +ready adminPort/gm)).toHaveLength(2);
  expect(exitCode).toBe(0);
  expect(await listening()).toEqual([]);
  expect(await readdir(join(folder, 'logs'))).toContain('kitchen-service.jsonl');
  expect(all).toMatch(/^kitchen-service +ready +ord-\w+ {2}in \d+ ms, last: /m);
  expect(all).toMatch(/Prometheus says\n +Orders by outcome +.*1 ready/);
  expect(all).toMatch(/95 % ready within +\d+ ms/);
});

test('a Prometheus that cannot start is one line with the remedy, and the rest goes on', async () => {
  const holder = createServer().listen(Number(ports.PROMETHEUS_PORT), '127.0.0.1');
  await once(holder, 'listening');
  const { exitCode, all } = await start(['--once']);
  holder.close();
  expect(all).toMatch(/^No Prometheus: port \d+ \(PROMETHEUS_PORT\) is taken.* set PROMETHEUS_PORT to a free port\.$/m);
  expect(all).not.toContain('Prometheus says');
  expect(exitCode).toBe(0);
});

test('a Prometheus that cannot be had is one line with the remedy, and the rest goes on', async () => {
  const [programs, bin] = [join(folder, 'own/programs'), join(folder, 'bin')];
  await mkdir(programs, { recursive: true });
  await mkdir(bin);
  for (const name of ['nats-server', 'redis-server']) {
    const unpacked = join(dataDir(), 'programs', name);
    const { stdout } = await execa('which', [name], { reject: false });
    if (existsSync(unpacked)) await symlink(unpacked, join(programs, name));
    else await symlink(stdout, join(bin, name));
  }
  const { exitCode, all } = await start(['--once'], { DATA_DIR: join(folder, 'own'), PATH: bin });
  expect(all).toMatch(
    /^Without prometheus: prometheus >= 2\.42 is neither on PATH nor in .* Install prometheus >= 2\.42/m,
  );
  expect(exitCode).toBe(0);
});

test('a second start resumes on the kept data: the first order is still known', async () => {
  const first = start([]);
  const [, orderId] = /Sample order (\S+)/.exec(await untilSays(first, 'Ctrl-C stops everything')) ?? [];
  first.kill('SIGTERM');
  await first;
  const again = start([]);
  await untilSays(again, 'Ctrl-C stops everything');
  const ask = async () =>
    (await (await fetch(`http://127.0.0.1:${ports.ORDER_PORT}/orders/${orderId}`)).json()) as object;
  await vi.waitFor(async () => expect(await ask()).toMatchObject({ orderId, status: 'ready' }), { timeout: 20_000 });
  again.kill('SIGTERM');
  expect((await again).exitCode).toBe(0);
});

test('without a service, --once tells what is missing and exits 1', async () => {
  const env = { ORDER_TIMEOUT: '6s' };
  const { exitCode, all } = await start(['--once', '--without', 'chef-service'], env);
  expect(all).toMatch(/Without chef-service the order misses events: it ends after 6 s\./);
  expect(all).toMatch(/The order timed out after \d+ ms; missing: chef\.assigned\./);
  expect(all).toMatch(/npm start failed: the sample order \S+ is timeout, not ready/);
  expect(exitCode).toBe(1);
  expect(await listening()).toEqual([]);
});

test('two signals at once are one: it drains, exits 0 and leaves nothing running', async () => {
  const running = start([]);
  await untilSays(running, 'Ctrl-C stops everything');
  expect(await listening()).toEqual(Object.keys(ports));
  // Two different ones: the system itself merges equal ones.
  running.kill('SIGINT');
  running.kill('SIGTERM');
  const { exitCode, all } = await running;
  expect(all).toContain('Stopping: services drain');
  expect(exitCode).toBe(0);
  expect(await listening()).toEqual([]);
  expect(existsSync(join(folder, 'stack.pid'))).toBe(false);
});

test.each(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)('npm ended by %s takes everything with it', async (signal) => {
  // Without prestart: a test must not reinstall the packages that it runs on.
  const npm = run('npm', ['start', '--silent', '--ignore-scripts']);
  await untilSays(npm, 'Ctrl-C stops everything');
  npm.kill(signal);
  await vi.waitFor(async () => expect(await listening()).toEqual([]), { timeout: 60_000, interval: 50 });
  await npm;
});

test('a service that dies while all is up is named, and the rest goes on', async () => {
  const running = start([]);
  const said = await untilSays(running, 'Ctrl-C stops everything');
  expect(said).toContain('Try next');
  const log = await execa('grep', ['-h', '"msg":"ready"', join(folder, 'logs/payment-service.jsonl')]);
  const dead = untilSays(running, 'payment-service was ended by SIGKILL');
  process.kill((JSON.parse(log.stdout) as { pid: number }).pid, 'SIGKILL');
  await dead;
  expect(await listening()).toContain('ORDER_PORT');
  running.kill('SIGTERM');
  expect((await running).exitCode).toBe(0);
});
