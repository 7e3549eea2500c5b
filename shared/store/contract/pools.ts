import { expect, test } from 'vitest';
import { commitNow, FAR_AHEAD, type StoreOfTest } from './fixtures.ts';

export function describePools(store: StoreOfTest): void {
  const pools = async () => (await store().counters()).pools;

  test('units are taken from a pool, down to none, and given back', async () => {
    await store().stock({ flour: 5, cheese: 1 }, 'missing');
    expect(await commitNow(store(), 'o', { pools: { flour: -5, cheese: -1 } })).toMatchObject({ outcome: 'done' });
    expect(await pools()).toEqual({ flour: 0, cheese: 0 });
    await commitNow(store(), 'o', { pools: { flour: 2 } });
    expect(await pools()).toEqual({ flour: 2, cheese: 0 });
  });

  test('pools that are missing or hold too little refuse the whole change, all of them named and sorted', async () => {
    await store().stock({ flour: 5, cheese: 1, basil: 0 }, 'missing');
    const before = await store().counters();
    const change = { entry: 'a', counters: { t: 1 }, dueAt: FAR_AHEAD, expireAfterMs: 1 };
    const wanted = { truffle: -1, flour: -5, cheese: -2, basil: -1, dough: 3 };
    const refused = { outcome: 'insufficient', pools: ['basil', 'cheese', 'truffle'] };
    expect(await commitNow(store(), 'o', { ...change, pools: wanted })).toEqual(refused);
    expect(await store().counters()).toEqual({ ...before, now: expect.any(Number) });
    expect(await store().load('o')).toMatchObject({ version: 0, dueAt: undefined });
  });

  test('a change that only gives back is not refused, not even by a pool that is missing', async () => {
    expect(await commitNow(store(), 'o', { pools: { flour: 2 } })).toMatchObject({ outcome: 'done' });
    expect(await pools()).toEqual({ flour: 2 });
  });

  test('whoever was beaten is told so, whatever the pools hold', async () => {
    const seen = await store().load('o');
    await commitNow(store(), 'o', { entry: 'a' });
    expect(await store().commit('o', seen, { pools: { flour: -1 } })).toMatchObject({ outcome: 'beaten' });
  });

  test('stock sets what is missing, and raises what is there only if asked to', async () => {
    await store().stock({ flour: 3 }, 'missing');
    await store().stock({ flour: 5, cheese: 0 }, 'missing');
    expect(await pools()).toEqual({ flour: 3, cheese: 0 });
    await store().stock({ flour: 5, cheese: 0, basil: 1 }, 'raise');
    await store().stock({ flour: 4 }, 'raise');
    expect(await pools()).toEqual({ flour: 5, cheese: 0, basil: 1 });
  });

  test('all that stock ever added is counted, and nothing else', async () => {
    await store().stock({ flour: 5, cheese: 0 }, 'missing');
    await commitNow(store(), 'o', { pools: { flour: -2 } });
    await store().stock({ flour: 5 }, 'missing');
    await store().stock({ flour: 9 }, 'raise');
    const { counters } = await store().counters();
    expect(counters).toEqual({ 'filled:flour': 11, 'filled:cheese': 0 });
  });

  test.each([-1, 0.5, Number.NaN])('%d units cannot be stocked, and nothing is', async (units) => {
    await expect(store().stock({ cheese: 1, flour: units }, 'missing')).rejects.toThrow(TypeError);
    expect(await pools()).toEqual({});
  });
}
