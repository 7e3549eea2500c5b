import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { portsFor, stackPorts } from '#shared/testing/ports-for.ts';
import { dataDir, repository } from '../processes/data-dir.ts';

let folder: string;
let ports: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pizza-start-'));
  // The servers that the suite's set-up got: not to be got again for each test.
  if (existsSync(join(dataDir(), 'programs'))) await symlink(join(dataDir(), 'programs'), join(folder, 'programs'));
  ports = await portsFor(stackPorts);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const start = (env: Record<string, string>, ...args: string[]) =>
  execa(process.execPath, ['shared/stack/commands/start.ts', ...args], {
    cwd: repository,
    // One cache for all: compiling takes longer than all the rest of a start.
    env: { DATA_DIR: folder, NODE_COMPILE_CACHE: join(dataDir(), 'compile-cache'), NO_COLOR: '1', ...ports, ...env },
    reject: false,
    all: true,
  });
const listen = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
const close = (server: Server) => new Promise((resolve) => server.close(resolve));
/** The one message that a failed start ends with. */
const message = (output: string) => output.split('npm start failed: ').slice(1);
const portsFree = async () => {
  for (const port of Object.values(ports)) await close(await listen(Number(port)));
  return true;
};

test.each(['ORDER_PORT', 'NATS_PORT', 'NATS_MONITOR_PORT', 'REDIS_PORT', 'ADMIN_PORT_CHEF_SERVICE'])(
  'a taken %s: one message that names it, its holder and the remedy, exit 1, nothing left running',
  async (variable) => {
    const holder = await listen(Number(ports[variable]));
    const { exitCode, all } = await start({}, '--once');
    await close(holder);
    expect(message(all)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^port ${ports[variable]} \\(${variable}\\) is taken( by .* \\(pid ${process.pid}\\))?\\. Stop that program, or set ${variable} to a free port\\.\\s*$`,
        ),
      ),
    ]);
    expect(exitCode).toBe(1);
    expect(await portsFree()).toBe(true);
  },
);

test('one port for two things: one message that names both variables, exit 1', async () => {
  const { exitCode, all } = await start({ REDIS_PORT: ports.NATS_PORT ?? '' });
  expect(message(all)).toEqual([expect.stringMatching(/^NATS_PORT and REDIS_PORT are both \d+\. Set one of them/)]);
  expect(exitCode).toBe(1);
});

test('wrong variables: one message with a line for each, exit 1, nothing started', async () => {
  const { exitCode, all } = await start({ ORDER_TIMEOUT: 'soon', REDIS_PORT: '99999' });
  expect(message(all)).toHaveLength(1);
  expect(all).toMatch(/ORDER_TIMEOUT=soon is no duration: write it like/);
  expect(all).toMatch(/REDIS_PORT=99999 must be a whole number from 1 to 65535/);
  expect(exitCode).toBe(1);
  expect(existsSync(join(folder, 'stack.pid'))).toBe(false);
});

test('a data folder that cannot be used: one message that names it and the remedy, exit 1', async () => {
  await writeFile(join(folder, 'file'), '');
  const { exitCode, all } = await start({ DATA_DIR: join(folder, 'file/below') });
  expect(message(all)).toEqual([
    expect.stringMatching(
      /^cannot use the data folder .*file\/below \(DATA_DIR\): ENOTDIR.* set DATA_DIR to another folder/,
    ),
  ]);
  expect(exitCode).toBe(1);
});

test('a missing server program that cannot be got: one message that says what to install, exit 1', async () => {
  const { exitCode, all } = await start({ PATH: folder, DATA_DIR: join(folder, 'empty') });
  expect(message(all)).toEqual([
    expect.stringMatching(
      /^nats-server >= 2\.10\.4 is neither on PATH nor in .*empty\/programs\. Install nats-server >= 2\.10\.4 .*https:/,
    ),
  ]);
  expect(exitCode).toBe(1);
});

test('a second start on the same data folder: one message that names the first, exit 1', async () => {
  await writeFile(join(folder, 'stack.pid'), String(process.pid));
  const { exitCode, all } = await start({});
  expect(message(all)).toEqual([
    expect.stringMatching(new RegExp(`^a stack \\(pid ${process.pid}\\) already runs on `)),
  ]);
  expect(exitCode).toBe(1);
  expect(await readFile(join(folder, 'stack.pid'), 'utf8')).toBe(String(process.pid));
});

test.each([
  [['--without', 'no-service'], /The services are: chef-service, /],
  [['--replicas', 'kitchen-service'], /Write it like chef-service=2/],
  [['--unknown'], /unknown option '--unknown'/],
])('wrong arguments %j: says what is right, exit 1', async (args, said) => {
  const { exitCode, all } = await start({}, ...args);
  expect(all).toMatch(said);
  expect(exitCode).toBe(1);
});

test('--help lists the options and the services, exit 0', async () => {
  const { exitCode, all } = await start({}, '--help');
  for (const word of ['--once', '--replicas', '--without', 'kitchen-service']) expect(all).toContain(word);
  expect(exitCode).toBe(0);
});

test('without a Redis that could be had the state is in files, the tools find it there, and the order becomes ready', async () => {
  await rm(join(folder, 'programs'));
  await mkdir(join(folder, 'programs'));
  await symlink(join(dataDir(), 'programs/nats-server'), join(folder, 'programs/nats-server'));
  const { exitCode, all } = await start({ PATH: dirname(process.execPath) }, '--once');
  expect(all).toMatch(
    /Without Redis the services keep their state in files \(STORE=sqlite\): redis-server >= 7.0 is neither/,
  );
  expect(all).toMatch(/kitchen\.ready/);
  expect(exitCode, all).toBe(0);
  expect(await readFile(join(folder, 'chosen-store.json'), 'utf8')).toContain('sqlite');
  expect(existsSync(join(folder, 'sqlite/kitchen-service.sqlite'))).toBe(true);
});
