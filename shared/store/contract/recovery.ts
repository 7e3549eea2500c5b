import { expect, test } from 'vitest';
import { NotWhole } from '../store.ts';
import { AN_HOUR, AWAY, commitNow, eventually, everyCall, makeWhole, type StoreOfTest, times } from './fixtures.ts';

export function describeRecovery(store: StoreOfTest, wipe: () => Promise<void>): void {
  const rebuildNow = async () => {
    const rebuild = await store().beginRebuild(AN_HOUR);
    if (!rebuild) throw new Error('the rebuild did not begin');
    return rebuild;
  };
  /** A wiped store and its rebuild. */
  const rebuildAnew = async () => {
    await wipe();
    return rebuildNow();
  };
  const refused = async (call: () => Promise<unknown>) =>
    expect(await call().catch((error: unknown) => error)).toBeInstanceOf(NotWhole);

  test('a store that was never built is wiped; one whose rebuild of nothing is complete is whole', async () => {
    await wipe();
    expect(await store().health()).toEqual({ is: 'wiped', checkpoint: 0 });
    await (await rebuildNow()).complete(7);
    expect(await store().health()).toEqual({ is: 'whole', checkpoint: 7 });
    expect(await store().beginRebuild(AN_HOUR)).toBeUndefined();
  });

  test('a wiped store answers nothing and takes nothing, whatever is asked', async () => {
    await commitNow(store(), 'o', { entry: 'a', counters: { t: 1 } });
    await wipe();
    for (const call of everyCall(store())) await refused(call);
    await makeWhole(store());
    expect(await retried(() => store().load('o'))).toMatchObject({ version: 0 });
    const nothing = { counters: {}, pools: {}, oldestDueAt: undefined, now: expect.any(Number) };
    expect(await store().counters()).toEqual(nothing);
  });

  test('while it is rebuilt it takes something from the one who rebuilds it alone', async () => {
    const rebuild = await rebuildAnew();
    expect(rebuild).toMatchObject({ cause: 'wiped', from: 0 });
    expect(await store().health()).toMatchObject({ is: 'rebuilding' });
    expect(await store().beginRebuild(AN_HOUR)).toBeUndefined();
    for (const call of everyCall(store())) await refused(call);
    expect(await commitNow(rebuild, 'o', { entry: 'a', counters: { t: 1 } })).toMatchObject({ outcome: 'done' });
    await rebuild.renew(AN_HOUR);
    await rebuild.complete(3);
    expect(await store().load('o')).toMatchObject({ version: 1, entries: ['a'] });
    expect((await store().counters()).counters).toEqual({ t: 1 });
    await refused(() => rebuild.load('o'));
  });

  test('pools give whatever is asked of them while it is rebuilt, and refuse again after it', async () => {
    const rebuild = await rebuildAnew();
    await rebuild.stock({ flour: 1 }, 'missing');
    expect(await commitNow(rebuild, 'a', { pools: { flour: -3, truffle: -1 } })).toMatchObject({ outcome: 'done' });
    await rebuild.complete(1);
    expect((await store().counters()).pools).toEqual({ flour: -2, truffle: -1 });
    await commitNow(store(), 'a', { pools: { flour: 1 } });
    const refusal = { outcome: 'insufficient', pools: ['flour'] };
    expect(await commitNow(store(), 'b', { pools: { flour: -1 } })).toEqual(refusal);
  });

  test('a rebuild whose store is wiped, or that another took over, writes nothing more', async () => {
    const first = await rebuildAnew();
    await wipe();
    await refused(() => first.commit('o', { version: 0, epoch: '' }, { entry: 'late' }));
    await refused(() => first.complete(1));
    const second = await rebuildNow();
    await second.abandon();
    const third = await rebuildNow();
    expect(third.cause).toBe('rebuilding');
    await refused(() => second.commit('o', { version: 0, epoch: '' }, { entry: 'late' }));
    for (const call of [() => second.renew(1), () => second.checkpoint(1), () => second.complete(1)])
      await expect(call()).rejects.toMatchObject(AWAY);
    await second.abandon();
    expect(await store().beginRebuild(AN_HOUR)).toBeUndefined();
    await third.complete(1);
    expect(await store().load('o')).toMatchObject({ version: 0 });
  });

  test('of several who begin to rebuild at once one does', async () => {
    await wipe();
    const begun = await Promise.all(times(10, () => store().beginRebuild(AN_HOUR)));
    expect(begun.filter((rebuild) => rebuild !== undefined)).toHaveLength(1);
  });

  test('a rebuild whose lease ran out is taken over', async () => {
    await wipe();
    await store().beginRebuild(1);
    expect(await eventually(rebuildNow)).toMatchObject({ cause: 'rebuilding' });
  });

  test('whoever goes on with a rebuild begins behind its checkpoint, and finds what is due', async () => {
    const first = await rebuildAnew();
    for (const [id, dueAt] of Object.entries({ a: 0, b: 0, c: AN_HOUR }))
      await commitNow(first, id, { entry: 'x', dueAt });
    await first.checkpoint(41, 's');
    await first.abandon();
    const second = await rebuildNow();
    expect(second).toMatchObject({ cause: 'rebuilding', from: 41, stream: 's' });
    const claimed = [
      { id: 'a', dueAt: 0 },
      { id: 'b', dueAt: 0 },
    ];
    for (let round = 0; round < 2; round += 1) expect(await second.claimDue(2, 0)).toEqual(claimed);
    await commitNow(second, 'a', { dueAt: 'never' });
    expect(await second.claimDue(1, 0)).toEqual([{ id: 'b', dueAt: 0 }]);
    expect(await rebuildAnew()).toMatchObject({ cause: 'wiped', from: 0 });
  });

  test('what was read in an earlier epoch is not written in this one, although its version came round again', async () => {
    await commitNow(store(), 'o', { entry: 'before' });
    const seen = await store().load('o');
    await (await rebuildAnew()).complete(0);
    await retried(() => commitNow(store(), 'o', { entry: 'after' }));
    const late = await store().commit('o', seen, { entry: 'late', counters: { t: 1 } });
    expect(late).toMatchObject({ outcome: 'beaten', document: { version: seen.version, entries: ['after'] } });
    expect((await store().counters()).counters).toEqual({});
    if (late.outcome !== 'beaten') return;
    expect(late.document.epoch).not.toBe(seen.epoch);
    expect(await store().commit('o', late.document, { entry: 'again' })).toMatchObject({ outcome: 'done' });
  });

  test('a whole store keeps its checkpoint until it is wiped', async () => {
    await store().checkpoint(41);
    await store().checkpoint(42, '2026-01-13T10:00:15Z');
    expect(await store().health()).toEqual({ is: 'whole', checkpoint: 42, stream: '2026-01-13T10:00:15Z' });
    await wipe();
    expect(await store().health()).toEqual({ is: 'wiped', checkpoint: 0 });
  });
}

/** The first call after the data changed may be refused: by that the store finds out. */
const retried = <T>(task: () => Promise<T>): Promise<T> => task().catch(task);
