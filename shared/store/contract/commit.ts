import { expect, test } from 'vitest';
import type { Change } from '../store.ts';
import { commitNow, FAR_AHEAD, LONG_AGO, ODD_NAMES, oddIntegers, type StoreOfTest } from './fixtures.ts';

export function describeCommit(store: StoreOfTest): void {
  const counters = async () => (await store().counters()).counters;

  test('nothing is known of a new document, and nothing is counted', async () => {
    const { epoch, now, ...document } = await store().load('o');
    expect(document).toEqual({ id: 'o', version: 0, entries: [], dueAt: undefined });
    expect(Math.abs(now - Date.now())).toBeLessThan(60_000);
    expect(await store().counters()).toEqual({
      counters: {},
      pools: {},
      oldestDueAt: undefined,
      now: expect.any(Number),
    });
  });

  test('entries are kept in their order, and the version is their number', async () => {
    const entries = ODD_NAMES.map((name) => JSON.stringify({ name, empty: [], large: Number.MAX_SAFE_INTEGER }));
    const { epoch } = await store().load('o');
    const done = { outcome: 'done', now: expect.any(Number), epoch };
    for (const entry of entries) expect(await commitNow(store(), 'o', { entry })).toEqual(done);
    expect(await store().load('o')).toMatchObject({ version: entries.length, entries });
  });

  test('a change without an entry keeps the version, and all else of it is done', async () => {
    await commitNow(store(), 'o', { entry: 'a' });
    await commitNow(store(), 'o', { counters: { t: 1 }, dueAt: FAR_AHEAD });
    expect(await store().load('o')).toMatchObject({ version: 1, entries: ['a'], dueAt: FAR_AHEAD });
    expect(await counters()).toEqual({ t: 1 });
  });

  test('of two writers on one version one wins, and the other is told the document as it is now', async () => {
    const seen = await store().load('o');
    await store().commit('o', seen, { entry: 'first', counters: { t: 1 }, dueAt: FAR_AHEAD });
    const late: Change = { entry: 'late', counters: { t: 9 }, dueAt: LONG_AGO, expireAfterMs: 1 };
    const beaten = await store().commit('o', seen, late);
    const document = { id: 'o', version: 1, entries: ['first'], dueAt: FAR_AHEAD, epoch: seen.epoch };
    expect(beaten).toEqual({ outcome: 'beaten', document: { ...document, now: expect.any(Number) } });
    expect(await store().load('o')).toMatchObject(document);
    expect(await counters()).toEqual({ t: 1 });
    if (beaten.outcome === 'beaten')
      expect(await store().commit('o', beaten.document, late)).toMatchObject({ outcome: 'done' });
  });

  test('a version that the document does not have yet is beaten as well', async () => {
    const { epoch } = await store().load('o');
    expect(await store().commit('o', { version: 1, epoch }, { entry: 'a' })).toMatchObject({ outcome: 'beaten' });
    expect((await store().load('o')).version).toBe(0);
  });

  test('a counter grows by the differences of all documents', async () => {
    await commitNow(store(), 'a', { entry: 'x', counters: { 'captured:GBP': 1_599, orders: 1 } });
    await commitNow(store(), 'a', { entry: 'y', counters: { 'captured:GBP': -1_700 } });
    await commitNow(store(), 'b', { entry: 'x', counters: { orders: 1 } });
    expect(await counters()).toEqual({ 'captured:GBP': -101, orders: 2 });
  });

  test('a difference of zero leaves no trace', async () => {
    await commitNow(store(), 'o', { entry: 'a', counters: { t: 0 }, pools: { p: -0 } });
    const nothing = { counters: {}, pools: {}, oldestDueAt: undefined, now: expect.any(Number) };
    expect(await store().counters()).toEqual(nothing);
  });

  test('no name of a counter or pool is special', async () => {
    await store().stock(oddIntegers(5), 'missing');
    await commitNow(store(), 'o', { counters: oddIntegers(2), pools: oddIntegers(-1) });
    const read = await store().counters();
    const filled = ODD_NAMES.map((name) => [`filled:${name}`, 5]);
    const added = ODD_NAMES.map((name) => [name, 2]);
    expect(Object.entries(read.counters).sort()).toEqual([...filled, ...added].sort());
    expect(Object.entries(read.pools).sort()).toEqual(ODD_NAMES.map((name) => [name, 4]).sort());
  });

  test('no id of a document is special', async () => {
    for (const id of ODD_NAMES) await commitNow(store(), id, { entry: id, dueAt: LONG_AGO });
    for (const id of ODD_NAMES) expect(await store().load(id)).toMatchObject({ id, entries: [id], dueAt: LONG_AGO });
    const claimed = await store().claimDue(100, 60_000);
    expect(claimed.map(({ id }) => id).sort()).toEqual(ODD_NAMES.toSorted());
    expect(await store().claimDue(100, 60_000)).toEqual([]);
  });

  test.each<[string, Change]>([
    ['counter t', { counters: { t: 0.1 } }],
    ['counter t', { counters: { t: 2 ** 53 } }],
    ['pool flour', { pools: { flour: Number.NaN } }],
    ['dueAt', { dueAt: 1.5 }],
    ['expireAfterMs', { expireAfterMs: 0 }],
    ['entry', { entry: '' }],
  ])('a %s that cannot be applied is refused before anything is changed: %j', async (field, change) => {
    const whole: Change = { entry: 'a', dueAt: LONG_AGO, ...change, counters: { other: 1, ...change.counters } };
    await expect(commitNow(store(), 'order-7', whole)).rejects.toThrow(TypeError);
    await expect(commitNow(store(), 'order-7', whole)).rejects.toThrow(`order-7: ${field}`);
    expect(await store().load('order-7')).toMatchObject({ version: 0, dueAt: undefined });
    expect(await counters()).toEqual({});
  });
}
