import { expect, test } from 'vitest';
import type { OpenStore } from '../store.ts';
import { commitNow, FAR_AHEAD, type StoreOfTest, times } from './fixtures.ts';

export function describeRaces(store: StoreOfTest): void {
  test('of 200 commits on one version one wins, and the others are told what it did', async () => {
    const seen = await store().load('o');
    const change = (k: number) => ({ entry: `e${k}`, counters: { t: 1 }, dueAt: FAR_AHEAD + k });
    const committed = await Promise.all(times(200, (k) => store().commit('o', seen, change(k))));
    const winner = committed.findIndex(({ outcome }) => outcome === 'done');
    const document = { version: 1, entries: [`e${winner}`], dueAt: FAR_AHEAD + winner };
    for (const [k, result] of committed.entries())
      if (k !== winner) expect(result).toMatchObject({ outcome: 'beaten', document });
    expect((await store().counters()).counters).toEqual({ t: 1 });
  });

  test('100 who decide again until their commit is done: no entry and no count is lost', async () => {
    const entries = times(100, (k) => `e${k}`);
    await Promise.all(entries.map((entry) => append(store(), entry)));
    expect((await store().load('o')).entries.toSorted()).toEqual(entries.toSorted());
    expect((await store().counters()).counters).toEqual({ t: 100 });
  });

  test('10 units go to 10 of 50 documents', async () => {
    await store().stock({ dough: 10 }, 'missing');
    const committed = await Promise.all(times(50, (k) => commitNow(store(), `o${k}`, { pools: { dough: -1 } })));
    expect(committed.filter(({ outcome }) => outcome === 'done')).toHaveLength(10);
    expect(committed.filter(({ outcome }) => outcome === 'insufficient')).toHaveLength(40);
    expect((await store().counters()).pools).toEqual({ dough: 0 });
  });

  test('commits sent at once have the outcome of one after the other', async () => {
    const seen = await store().load('a');
    const committed = await Promise.all([
      store().commit('a', seen, { entry: 'x', pools: { dough: 2 }, dueAt: FAR_AHEAD }),
      store().commit('b', { ...seen, version: 0 }, { pools: { dough: -2 } }),
      store().commit('a', seen, { entry: 'y' }),
      store().commit('c', { ...seen, version: 0 }, { pools: { dough: -1 } }),
    ]);
    expect(committed).toMatchObject([
      { outcome: 'done' },
      { outcome: 'done' },
      { outcome: 'beaten', document: { entries: ['x'], dueAt: FAR_AHEAD } },
      { outcome: 'insufficient', pools: ['dough'] },
    ]);
  });
}

async function append(store: OpenStore, entry: string): Promise<void> {
  for (let seen = await store.load('o'); ; ) {
    const committed = await store.commit('o', seen, { entry, counters: { t: 1 } });
    if (committed.outcome !== 'beaten') return;
    seen = committed.document;
  }
}
