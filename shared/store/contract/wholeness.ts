import { expect, test } from 'vitest';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { CorrelationStore } from '../correlation-store.ts';
import { NotWhole } from '../standing.ts';
import { AN_HOUR, aChange, aFact, aHold, anEntry, commitNow, makeWhole, type StoreOfTest } from './fixtures.ts';

/** What a store promises of the loss of its data. `wipe` loses all of it, and tells nobody. */
export function describeWholeness(store: StoreOfTest, wipe: () => Promise<void>): void {
  const rebuildNow = async () => {
    const rebuild = await store().beginRebuild(AN_HOUR);
    if (!rebuild) throw new Error('the rebuild did not begin');
    return rebuild;
  };

  test('a store that was never built is wiped; one whose rebuild of nothing is complete is whole', async () => {
    await wipe();
    expect(await store().standing()).toEqual({ is: 'wiped', settledUpTo: 0 });
    await (await rebuildNow()).complete(7);
    expect(await store().standing()).toEqual({ is: 'whole', settledUpTo: 7 });
    expect(await store().beginRebuild(AN_HOUR)).toBeUndefined();
  });

  test('a wiped store answers nothing and takes nothing, whatever is asked', async () => {
    await store().record('o', aFact('e'));
    await wipe();
    for (const call of everyCall(store()))
      await expect(call()).rejects.toMatchObject({ dependency: 'store', cause: expect.any(NotWhole) });
    await makeWhole(store());
    expect(await retried(() => store().load('o'))).toMatchObject({ version: 0, facts: [] });
    expect((await store().totals()).totals).toEqual({});
  });

  test('a store that is rebuilt takes something from the one who rebuilds it alone', async () => {
    await wipe();
    const rebuild = await rebuildNow();
    expect(rebuild).toMatchObject({ cause: 'wiped', settledUpTo: 0 });
    expect(await store().standing()).toMatchObject({ is: 'rebuilding' });
    expect(await store().beginRebuild(AN_HOUR)).toBeUndefined();
    for (const call of everyCall(store())) await expect(call()).rejects.toThrow(Unavailable);
    const change = aChange({ state: 1, facts: [aFact('e')], published: ['m'] });
    expect(await rebuild.commit('o', 0, change)).toEqual({ outcome: 'done', version: 1 });
    await rebuild.renew(AN_HOUR);
    await rebuild.complete(3);
    expect(await store().load('o')).toMatchObject({ version: 1, state: 1, emitted: new Set(['m']), outbox: [] });
    await expect(rebuild.commit('o', 1, aChange())).rejects.toThrow(Unavailable);
  });

  test('what is held while it is rebuilt is taken from a pool that has too little, and given back to it', async () => {
    await wipe();
    const rebuild = await rebuildNow();
    await rebuild.fillPools({ flour: 1 }, 'missing');
    await rebuild.commit('a', 0, aChange({ holds: [aHold('h', 'held', { flour: 3 })] }));
    const both = [aHold('h', 'held', { flour: 5 }), aHold('h', 'returned', { flour: 5 })];
    await rebuild.commit('b', 0, aChange({ holds: both }));
    await rebuild.complete(1);
    expect((await store().totals()).pools).toEqual({ flour: -2 });
    expect(await commitNow(store(), 'c', { holds: [aHold('h', 'held', { flour: 1 })] })).toEqual({
      outcome: 'short',
      pools: ['flour'],
    });
  });

  test('a rebuild that is wiped, or taken over, writes nothing more', async () => {
    await wipe();
    const first = await rebuildNow();
    await wipe();
    await expect(first.commit('o', 0, aChange())).rejects.toThrow(Unavailable);
    await expect(first.complete(1)).rejects.toThrow(Unavailable);
    const second = await rebuildNow();
    await second.abandon();
    const third = await rebuildNow();
    expect(third.cause).toBe('rebuilding');
    await expect(second.commit('o', 0, aChange())).rejects.toThrow(Unavailable);
    await expect(second.renew(AN_HOUR)).rejects.toThrow(Unavailable);
    await third.complete(1);
    expect(await store().load('o')).toMatchObject({ version: 0 });
  });

  test('whoever goes on with a rebuild begins behind what was noted, and finds what is due', async () => {
    await wipe();
    const first = await rebuildNow();
    for (const [id, dueAt] of Object.entries({ a: 0, b: 0, c: 5 })) await first.commit(id, 0, aChange({ dueAt }));
    await first.noteSettled(41);
    await first.abandon();
    const second = await rebuildNow();
    expect(second).toMatchObject({ cause: 'rebuilding', settledUpTo: 41 });
    await expect(first.noteSettled(50)).rejects.toThrow(Unavailable);
    await expect(first.dueBy(0, 10)).rejects.toThrow(Unavailable);
    expect((await second.dueBy(0, 10)).toSorted()).toEqual(['a', 'b']);
    expect(await second.dueBy(0, 1)).toHaveLength(1);
    await second.commit('a', 1, aChange());
    expect(await second.dueBy(0, 10)).toEqual(['b']);
    await wipe();
    expect((await rebuildNow()).settledUpTo).toBe(0);
  });

  test('what was read in an earlier epoch is not written in this one, although its version came round again', async () => {
    await commitNow(store(), 'o', { state: 'before' });
    const { version, epoch } = await store().load('o');
    await wipe();
    await makeWhole(store());
    await retried(() => store().load('o'));
    await commitNow(store(), 'o', { state: 'after' });
    expect((await store().load('o')).version).toBe(version);
    const late = await store().commit('o', version, aChange({ state: 'late' }), epoch);
    expect(late).toMatchObject({ outcome: 'stale', correlation: { state: 'after', version } });
    if (late.outcome !== 'stale') return;
    const again = await store().commit('o', version, aChange({ state: 'again' }), late.correlation.epoch);
    expect(again).toMatchObject({ outcome: 'done' });
  });

  test('it remembers how far the stream was settled, and a rebuild begins behind that', async () => {
    await store().noteSettled(41);
    await store().noteSettled(42);
    expect(await store().standing()).toEqual({ is: 'whole', settledUpTo: 42 });
    await wipe();
    expect(await store().standing()).toEqual({ is: 'wiped', settledUpTo: 0 });
  });
}

const everyCall = (store: CorrelationStore): (() => Promise<unknown>)[] => [
  () => store.record('o', aFact('late')),
  () => store.load('o'),
  () => store.commit('o', 0, aChange({ outbox: [anEntry('a')] })),
  () => store.markPublished('o', ['a']),
  () => store.claimDue(1, 1),
  () => store.longestGrouped(1),
  () => store.totals(),
  () => store.fillPools({ flour: 1 }, 'missing'),
  () => store.noteSettled(1),
];

/** The first call after the data changed may be refused: it finds out. */
const retried = <T>(task: () => Promise<T>): Promise<T> => task().catch(task);
