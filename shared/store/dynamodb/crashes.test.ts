import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { makeWhole } from '../contract/fixtures.ts';
import { createDynamoDbStore } from './dynamodb-store.ts';
import { type Fate, startDynamo } from './fixtures/dynamo.ts';
import { dropStore } from './tables.ts';

afterEach(() => vi.useRealTimers());

const SERVICE = 'test-service';
const IDS = ['a', 'b', 'c'];
const DOUGH = 6;

/** Then a group is so old that its process is taken for crashed. */
const LATER_MS = 60_000;

/** Takes a unit for every entry, and gives back all of them with every fourth. */
const changeOf = (version: number) => {
  const dough = version % 4 === 3 ? 3 : -1;
  return {
    entry: `e${version}`,
    counters: { entries: 1, [`at:${version}`]: 1, [`at:${version - 1}`]: -1 },
    pools: { dough },
  };
};

/** What the documents say that the sums must be. */
function sumsOf(versions: readonly number[]) {
  const counters: Record<string, number> = { 'filled:dough': DOUGH };
  let dough = DOUGH;
  for (const version of versions)
    for (let v = 0; v < version; v += 1) {
      const { counters: by, pools } = changeOf(v);
      for (const [name, more] of Object.entries(by)) counters[name] = (counters[name] ?? 0) + more;
      dough += pools.dough;
    }
  return { counters, pools: { dough } };
}

test('whatever requests or answers of two processes get lost, in the end each document is counted once, and no unit is', async () => {
  let fates: Fate[] = [];
  await using dynamo = await startDynamo(
    [SERVICE],
    (operation) => (operation === 'PutItem' ? fates.shift() : undefined) ?? 'answered',
  );
  const at = { url: dynamo.url, service: SERVICE, commandTimeoutMs: 10_000 };
  const fate = fc.constantFrom<Fate[]>('answered', 'answered', 'answered', 'refused', 'lost');
  const run = async (all: readonly Fate[]) => {
    await dropStore(at);
    const calm = await makeWhole(createDynamoDbStore(at));
    await calm.stock({ dough: DOUGH }, 'missing');
    const stores = [createDynamoDbStore(at), createDynamoDbStore(at)];
    fates = [...all];
    const once = async (store: typeof calm, id: string) => {
      const seen = await store.load(id);
      await store.commit(id, seen, changeOf(seen.version));
    };
    for (let round = 0; round < 4; round += 1)
      await Promise.allSettled(stores.flatMap((store) => IDS.map((id) => once(store, id))));
    fates = [];
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + LATER_MS });
    const versions = (await Promise.all(IDS.map((id) => calm.load(id)))).map(({ version }) => version);
    const { counters, pools } = await calm.counters();
    expect({ counters, pools }).toEqual(sumsOf(versions));
    vi.useRealTimers();
    await Promise.all([calm, ...stores].map((store) => store.close()));
  };
  await fc.assert(fc.asyncProperty(fc.array(fate, { maxLength: 60 }), run), { numRuns: 8 });
});

/** A store whose next document is not written before `release`; `held` resolves when it would be. */
async function startHeld() {
  const [held, release] = [Promise.withResolvers<void>(), Promise.withResolvers<Fate>()];
  let puts = Number.POSITIVE_INFINITY;
  const dynamo = await startDynamo([SERVICE], (operation) => {
    if (operation !== 'PutItem' || --puts !== 0) return 'answered';
    held.resolve();
    return release.promise;
  });
  const at = { url: dynamo.url, service: SERVICE, commandTimeoutMs: 10_000 };
  const slow = await makeWhole(createDynamoDbStore(at));
  await slow.stock({ dough: DOUGH }, 'missing');
  const seen = await slow.load('a');
  // The first announces the group, the second is the document.
  puts = 2;
  const committed = slow.commit('a', seen, changeOf(0));
  await held.promise;
  return { at, slow, other: createDynamoDbStore(at), committed, release: () => release.resolve('answered'), dynamo };
}

test('a process that was slow, and was taken for crashed, does again what it had not done', async () => {
  const { slow, other, committed, release, dynamo } = await startHeld();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + LATER_MS });
  expect(await other.counters()).toMatchObject(sumsOf([0]));
  release();
  expect(await committed).toMatchObject({ outcome: 'done' });
  expect(await slow.counters()).toMatchObject(sumsOf([1]));
  await Promise.all([slow.close(), other.close()]);
  await dynamo[Symbol.asyncDispose]();
});

test('what a slow process writes after a loss of data is not in the rebuilt store', async () => {
  const { at, slow, other, committed, release, dynamo } = await startHeld();
  await dropStore(at);
  await makeWhole(other);
  release();
  await committed;
  expect(await other.load('a')).toMatchObject({ version: 0 });
  expect(await slow.counters()).toMatchObject({ counters: {}, pools: {} });
  await Promise.all([slow.close(), other.close()]);
  await dynamo[Symbol.asyncDispose]();
});
