import { expect, test } from 'vitest';
import { aFact, aHold, anEntry, commitNow, FAR_AHEAD, type StoreOfTest } from './fixtures.ts';

export function describeHolds(store: StoreOfTest): void {
  const pools = async () => (await store().totals()).pools;
  const holds = async (id: string) => Object.fromEntries((await store().load(id)).holds);

  test('a hold takes its units from the pools, once', async () => {
    await store().fillPools({ flour: 5, cheese: 5 }, 'missing');
    for (const _ of ['first', 'again']) {
      const { outcome } = await commitNow(store(), 'o', { holds: [aHold('h', 'held', { flour: 2, cheese: 1 })] });
      expect(outcome).toBe('done');
    }
    expect(await pools()).toEqual({ flour: 3, cheese: 4 });
    expect(await holds('o')).toEqual({ h: 'held' });
  });

  test('pools that are too short, or unknown, are all named, and nothing at all is changed', async () => {
    await store().fillPools({ flour: 5, cheese: 1, olives: 0 }, 'missing');
    await store().record('o', aFact('e1'));
    const [before, totals] = [await store().load('o'), await store().totals()];
    const committed = await commitNow(store(), 'o', {
      state: 'new',
      facts: [aFact('e2')],
      outbox: [anEntry('out')],
      counts: [{ once: 'c', total: 't', by: 1 }],
      group: 'g',
      dueAt: FAR_AHEAD,
      holds: [aHold('fits', 'held', { flour: 5 }), aHold('h', 'held', { olives: 1, cheese: 2, tuna: 1 })],
    });
    expect(committed).toEqual({ outcome: 'short', pools: ['cheese', 'olives', 'tuna'] });
    expect(await store().load('o')).toEqual({ ...before, now: expect.any(Number) });
    expect(await store().totals()).toEqual({ ...totals, now: expect.any(Number) });
  });

  test('holds of one change are taken together or not at all', async () => {
    await store().fillPools({ flour: 5 }, 'missing');
    const both = [aHold('h1', 'held', { flour: 3 }), aHold('h2', 'held', { flour: 3 })];
    expect(await commitNow(store(), 'o', { holds: both })).toEqual({ outcome: 'short', pools: ['flour'] });
    expect(await pools()).toEqual({ flour: 5 });
    await store().fillPools({ flour: 6 }, 'raise');
    expect((await commitNow(store(), 'o', { holds: both })).outcome).toBe('done');
    expect(await pools()).toEqual({ flour: 0 });
  });

  test('what one change gives back does not help what it takes', async () => {
    await store().fillPools({ flour: 1 }, 'missing');
    await commitNow(store(), 'o', { holds: [aHold('h1', 'held', { flour: 1 })] });
    const swap = [aHold('h1', 'returned'), aHold('h2', 'held', { flour: 1 })];
    expect((await commitNow(store(), 'o', { holds: swap })).outcome).toBe('short');
    expect(await holds('o')).toEqual({ h1: 'held' });
  });

  test('a stale change is stale even when the pools are short', async () => {
    await store().record('o', aFact('e'));
    const change = { state: 1, dueAt: undefined, holds: [aHold('h', 'held', { tuna: 1 })] };
    expect((await store().commit('o', 0, change)).outcome).toBe('stale');
  });

  test('what is returned is what was taken, whatever is asked, and it comes back once', async () => {
    await store().fillPools({ flour: 5, cheese: 5 }, 'missing');
    await commitNow(store(), 'o', { holds: [aHold('h', 'held', { flour: 2 })] });
    for (const _ of ['first', 'again']) {
      await commitNow(store(), 'o', { holds: [aHold('h', 'returned', { flour: 4, cheese: 9 })] });
      expect(await pools()).toEqual({ flour: 5, cheese: 5 });
    }
    expect(await holds('o')).toEqual({ h: 'returned' });
  });

  test('what is spent never comes back', async () => {
    await store().fillPools({ flour: 5 }, 'missing');
    await commitNow(store(), 'o', { holds: [aHold('h', 'held', { flour: 2 })] });
    await commitNow(store(), 'o', { holds: [aHold('h', 'spent')] });
    await commitNow(store(), 'o', { holds: [aHold('h', 'returned')] });
    expect(await pools()).toEqual({ flour: 3 });
    expect(await holds('o')).toEqual({ h: 'spent' });
  });

  test('what was returned can neither be spent nor taken again', async () => {
    await store().fillPools({ flour: 5 }, 'missing');
    for (const should of ['held', 'returned', 'spent', 'held'] as const)
      await commitNow(store(), 'o', { holds: [aHold('h', should, { flour: 2 })] });
    expect(await pools()).toEqual({ flour: 5 });
    expect(await holds('o')).toEqual({ h: 'returned' });
  });

  test('returning or spending what was never held does nothing and leaves no trace', async () => {
    await store().fillPools({ flour: 5 }, 'missing');
    await commitNow(store(), 'o', { holds: [aHold('a', 'returned', { flour: 1 }), aHold('b', 'spent', { flour: 1 })] });
    expect(await pools()).toEqual({ flour: 5 });
    expect(await holds('o')).toEqual({});
    await commitNow(store(), 'o', { holds: [aHold('a', 'held', { flour: 1 })] });
    expect(await holds('o')).toEqual({ a: 'held' });
  });

  test('one order cannot return what another one holds under the same id', async () => {
    await store().fillPools({ flour: 5 }, 'missing');
    await commitNow(store(), 'a', { holds: [aHold('h', 'held', { flour: 2 })] });
    await commitNow(store(), 'b', { holds: [aHold('h', 'returned', { flour: 2 })] });
    expect(await pools()).toEqual({ flour: 3 });
  });

  test('holds of one change take effect one after the other', async () => {
    await store().fillPools({ flour: 5 }, 'missing');
    await commitNow(store(), 'o', { holds: [aHold('h', 'held', { flour: 2 }), aHold('h', 'returned')] });
    expect(await pools()).toEqual({ flour: 5 });
    expect(await holds('o')).toEqual({ h: 'returned' });
  });

  test('pools that are missing are set once', async () => {
    expect(await store().fillPools({ flour: 5, none: 0 }, 'missing')).toEqual({ flour: 5 });
    expect(await store().fillPools({ flour: 9, cheese: 1 }, 'missing')).toEqual({ cheese: 1 });
    expect(await pools()).toEqual({ flour: 5, cheese: 1, none: 0 });
  });

  test('raised pools have at least so many units, and never fewer than before', async () => {
    await store().fillPools({ flour: 5, cheese: 5 }, 'missing');
    await commitNow(store(), 'o', { holds: [aHold('h', 'held', { flour: 4 })] });
    expect(await store().fillPools({ flour: 5, cheese: 2, olives: 3 }, 'raise')).toEqual({ flour: 4, olives: 3 });
    expect(await pools()).toEqual({ flour: 5, cheese: 5, olives: 3 });
  });

  test('what is put into a pool is counted, and what comes back to it is not', async () => {
    await store().fillPools({ flour: 5, none: 0 }, 'missing');
    await commitNow(store(), 'o', { holds: [aHold('h', 'held', { flour: 4 })] });
    await store().fillPools({ flour: 5 }, 'raise');
    await commitNow(store(), 'o', { holds: [aHold('h', 'returned')] });
    await store().fillPools({ flour: 9 }, 'raise');
    expect((await store().totals()).totals).toEqual({ 'filled:flour': 9 });
  });

  test('a pool cannot be filled with a part of a unit', async () => {
    await expect(store().fillPools({ flour: 1.5 }, 'raise')).rejects.toThrow(TypeError);
  });
}
