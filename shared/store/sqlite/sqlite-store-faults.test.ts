import { chmodSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AWAY, commitNow, everyCall, LONG_AGO, makeWhole, times } from '../contract/fixtures.ts';
import { readAll } from '../contract/random-steps.ts';
import { NotWhole, type OpenStore } from '../store.ts';
import { createStoreFolder } from './fixtures/store-folder.ts';

let folder: ReturnType<typeof createStoreFolder>;

beforeEach(() => {
  folder = createStoreFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());

/** Every call says that the store is away, and one sentence that names the file, what is wrong and the remedy. */
async function expectAway(store: OpenStore, ...says: string[]): Promise<void> {
  for (const call of [...everyCall(store), () => store.health(), () => store.beginRebuild(1)])
    for (const text of [folder.file, ...says])
      await expect(call()).rejects.toMatchObject({ ...AWAY, cause: { message: expect.stringContaining(text) } });
}

function foreignDatabase(sql: string): void {
  const foreign = new DatabaseSync(folder.file);
  foreign.exec(sql);
  foreign.close();
}

test.each([
  ['another program', 'CREATE TABLE photos (name TEXT)', 'application_id 0'],
  ['another program that says so', 'PRAGMA application_id = 7; CREATE TABLE photos (name TEXT)', 'application_id 7'],
  ['a later version of this one', 'PRAGMA user_version = 9', 'user_version 9'],
])('the file of %s is refused, and not touched', async (_, sql, found) => {
  foreignDatabase(sql);
  const before = readFileSync(folder.file);
  await expectAway(folder.open(), 'another program or version', found, 'set SQLITE_URL');
  expect(readFileSync(folder.file)).toEqual(before);
});

test('a file that is no database is refused, and once it is moved away the store is wiped', async () => {
  writeFileSync(folder.file, 'these are not the bytes of a database, and there are enough of them'.repeat(20));
  const store = folder.open();
  await expectAway(store, 'no database', 'move it');
  renameSync(folder.file, `${folder.file}.foreign`);
  expect(await store.health()).toEqual({ is: 'wiped', checkpoint: 0 });
});

test('where no file can be made the store is away, and says why', async () => {
  mkdirSync(folder.file);
  await expectAway(folder.open(), 'cannot be written', 'set SQLITE_URL');
  rmSync(folder.file, { recursive: true });
  writeFileSync(folder.file, '');
  const url = pathToFileURL(`${folder.file}/below-a-file`).href;
  await expectAway(folder.open({ url }), 'cannot be written', 'set SQLITE_URL');
});

test.skipIf(process.getuid?.() === 0)('in a folder that may not be written the store is away', async () => {
  chmodSync(dirname(folder.file), 0o555);
  await expectAway(folder.open(), 'cannot be written', 'let this user write');
  chmodSync(dirname(folder.file), 0o755);
});

test('a full disk: commits are refused, nothing is half-done, and they go on once there is space', async () => {
  const store = await folder.openWhole({ maxPages: 40 });
  await store.stock({ flour: 1_000 }, 'missing');
  const change = { entry: 'x'.repeat(9_000), counters: { t: 1 }, pools: { flour: -1 }, dueAt: LONG_AGO };
  let done = 0;
  const fill = async () => {
    for (; ; done += 1) await commitNow(store, `o${done}`, change);
  };
  const refusal = { ...AWAY, cause: { message: expect.stringMatching(/test-service.sqlite.*full: free space/) } };
  await expect(fill()).rejects.toMatchObject(refusal);
  expect(done).toBeGreaterThan(3);
  const before = await readAll(store);
  expect(before).toMatchObject({ sums: { counters: { t: done }, pools: { flour: 1_000 - done } } });
  const seen = await store.load('a');
  // Those that come at once are one transaction.
  const both = [store.commit('a', seen, { entry: 'x', counters: { t: 1 } }), store.commit('b', seen, change)];
  for (const settled of await Promise.allSettled(both))
    expect(settled).toMatchObject({ status: 'rejected', reason: refusal });
  expect(await readAll(store)).toEqual(before);
  const larger = folder.open();
  expect(await larger.commit('b', seen, change)).toMatchObject({ outcome: 'done' });
});

test('a file that another process keeps locked: calls are refused instead of hanging, reading goes on, and then all does', async () => {
  const store = await folder.openWhole({ commandTimeoutMs: 60 });
  await commitNow(store, 'o', { entry: 'a' });
  const other = new DatabaseSync(folder.file);
  other.exec('BEGIN IMMEDIATE');
  const seen = await store.load('o');
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await expect(store.commit('o', seen, { entry: 'b' })).rejects.toMatchObject({
    ...AWAY,
    cause: { message: expect.stringContaining('locked by another process') },
  });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
  other.exec('COMMIT');
  other.close();
  expect(await store.commit('o', seen, { entry: 'b' })).toMatchObject({ outcome: 'done' });
});

test('a lock that is left in time keeps commits waiting, and refuses none', async () => {
  const store = await folder.openWhole();
  const other = new DatabaseSync(folder.file);
  other.exec('BEGIN IMMEDIATE');
  const committing = Promise.all(times(20, (k) => commitNow(store, `o${k}`, { counters: { t: 1 } })));
  setTimeout(() => other.exec('COMMIT'), 30);
  await committing;
  other.close();
  expect((await store.counters()).counters).toEqual({ t: 20 });
});

test('a copy that took the place of the file is rebuilt from its checkpoint', async () => {
  const store = await folder.openWhole();
  await commitNow(store, 'o', { entry: 'a' });
  await store.checkpoint(7, 's');
  await store.close();
  copyFileSync(folder.file, `${folder.file}.copy`);
  const later = folder.open();
  const seen = await later.load('o');
  await later.commit('o', seen, { entry: 'b' });
  folder.removeFiles();
  renameSync(`${folder.file}.copy`, folder.file);
  expect(await later.load('o').catch((error: unknown) => error)).toBeInstanceOf(NotWhole);
  expect(await later.health()).toEqual({ is: 'restarted', checkpoint: 7, stream: 's' });
  const rebuild = await later.beginRebuild(1_000);
  expect(rebuild).toMatchObject({ cause: 'restarted', from: 7, stream: 's' });
  await rebuild?.complete(9, 's');
  expect(await later.load('o')).toMatchObject({ entries: ['a'] });
  expect(await later.commit('o', seen, { entry: 'late' })).toMatchObject({ outcome: 'beaten' });
});

test('only the database removed while it is open: the store is wiped, and what is written then is kept', async () => {
  const store = await folder.openWhole();
  await commitNow(store, 'o', { entry: 'a' });
  rmSync(folder.file);
  expect(await store.health()).toEqual({ is: 'wiped', checkpoint: 0 });
  await makeWhole(store);
  await commitNow(store, 'o', { entry: 'b' });
  await store.close();
  expect((await folder.open().load('o')).entries).toEqual(['b']);
});
