import { mkdtemp, readFile, rename, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { portsFor, stackPorts } from '#shared/testing/ports-for.ts';
import { repository } from '../processes/data-dir.ts';

/** A command of README, made short: with which arguments, what it says, and how it exits. */
interface First {
  readonly args: readonly string[];
  readonly says: RegExp;
  readonly exitCode?: number;
}

const start = { args: ['--once'], says: /The order is ready after \d+ ms/ };
const noStack = (says: RegExp, ...args: string[]): First => ({ args, says, exitCode: 1 });
const startFirst = /npm start/;

/** `npm …` as README names it -> what is run of it as the first command of a clone. */
const commands: Readonly<Record<string, First>> = {
  'npm start': start,
  'npm test': { args: ['shared/stack/servers/native-server.stack.ts'], says: /Test Files .*1 passed/ },
  'npm run load': { args: ['smoke'], says: /each is in the stream, and ended exactly once/ },
  'npm run chaos': { args: ['run', 'every-event-twice'], says: /^passed in \d+ s/m },
  'npm run exercise': { args: ['1'], says: /Wrote services.exercises.1-anti-pattern.answer\.ts/, exitCode: 1 },
  'npm run lab': { args: ['patterns', '--parts', 'coupling'], says: /fields of other domains in events/ },
  'npm run simulate': { args: ['--orders', '200'], says: /^0 violations/m },
  'npm run soak': { args: ['--orders', '50'], says: /Nothing is lost and nothing doubled/ },
  'npm run clean': { args: [], says: /./ },
  'npm run audit': noStack(startFirst),
  'npm run dlq': noStack(startFirst, 'list'),
  'npm run journey': noStack(startFirst, 'ord-1'),
  'npm run rebuild': noStack(startFirst),
  'npm run stack:doctor': noStack(startFirst),
};
/** vitest as in `npm test`, on other files; `test:compose` needs Docker. */
const leftOut = ['npm run crash-points', 'npm run test:all', 'npm run test:compose'];

let folder: string;
let clone: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pizza-clones-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A clone without servers; it takes over the packages that the first one installed, which would take all the time. */
beforeEach(async () => {
  const before = clone;
  clone = await mkdtemp(join(folder, 'clone-'));
  await execa('git', ['clone', '--quiet', '--local', repository, clone]);
  if (!before) return;
  await rename(join(before, 'node_modules'), join(clone, 'node_modules'));
  await utimes(join(clone, 'node_modules/.package-lock.json'), new Date(), new Date());
  await rm(before, { recursive: true });
});

/** Nothing of this run: neither its settings nor the packages on its PATH. */
async function cleanEnvironment(): Promise<Record<string, string>> {
  const { HOME = folder, PATH = '' } = process.env;
  return { HOME, PATH: withoutPackages(PATH), NO_COLOR: '1', ...(await portsFor(stackPorts)) };
}
const withoutPackages = (path: string): string =>
  path
    .split(':')
    .filter((bin) => !bin.includes('node_modules'))
    .join(':');

/** It may build servers. */
const timeout = 600_000;

test.each(Object.entries(commands))(
  '%s is a clone’s first command: it gets what it needs',
  { timeout },
  async (command, first) => {
    const [npm = '', ...script] = command.split(' ');
    const env = await cleanEnvironment();
    const { all, exitCode } = await execa(npm, [...script, '--', ...first.args], {
      cwd: clone,
      env,
      extendEnv: false,
      reject: false,
      all: true,
    });
    if (command === 'npm start') expect(all).toMatch(/Installing the packages/);
    expect(all).toMatch(first.says);
    expect(exitCode, all).toBe(first.exitCode ?? 0);
  },
);

test('each npm command of README is in the table', async () => {
  const readme = await readFile(join(repository, 'README.md'), 'utf8');
  const named = new Set(readme.match(/npm (?:start|test|run [a-z:-]+)/g));
  expect([...named].sort()).toEqual([...Object.keys(commands), ...leftOut].sort());
});
