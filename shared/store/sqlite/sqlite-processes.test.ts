import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../contract/fixtures.ts';
import type { OpenStore } from '../store.ts';
import { createStoreFolder } from './fixtures/store-folder.ts';

let folder: ReturnType<typeof createStoreFolder>;
let children: ChildProcess[];

beforeEach(() => {
  folder = createStoreFolder();
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  await folder[Symbol.asyncDispose]();
});

const script = fileURLToPath(new URL('./fixtures/keep-committing.ts', import.meta.url));

/** A process that commits to `o` until it is killed, and the entries that it said were committed. */
function startCommitting(name: string) {
  const { url, service } = folder.at;
  const child = spawn(process.execPath, [script, url, service, 'o', name], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const done: string[] = [];
  createInterface(child.stdout).on('line', (line) => done.push(line));
  return { child, done };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'close');
}

const atLeast = (done: readonly string[], count: number) =>
  eventually(async () => expect(done.length).toBeGreaterThanOrEqual(count));

async function entriesOf(store: OpenStore): Promise<readonly string[]> {
  const { entries } = await store.load('o');
  expect((await store.counters()).counters).toEqual({ t: entries.length });
  expect(new Set(entries).size).toBe(entries.length);
  return entries;
}

test('processes that commit to one document at once lose and double nothing', async () => {
  const store = await folder.openWhole();
  const [left, right] = [startCommitting('left'), startCommitting('right')];
  await atLeast(left.done, 50);
  await atLeast(right.done, 50);
  await Promise.all(children.map(kill));
  expect(await entriesOf(store)).toEqual(expect.arrayContaining([...left.done, ...right.done]));
});

test('a process killed in the midst of work: all that it had answered is there, no commit in part, and others go on', async () => {
  const store = await folder.openWhole();
  for (let round = 1; round <= 3; round += 1) {
    const { child, done } = startCommitting(`round${round}`);
    await atLeast(done, 20 * round);
    await kill(child);
    expect(await store.health()).toMatchObject({ is: 'whole' });
    expect(await entriesOf(store)).toEqual(expect.arrayContaining(done));
  }
});

test('the last process killed: whoever opens the file next finds all that it had answered', async () => {
  await (await folder.openWhole()).close();
  const { child, done } = startCommitting('only');
  await atLeast(done, 50);
  await kill(child);
  expect(await entriesOf(folder.open())).toEqual(expect.arrayContaining(done));
});
