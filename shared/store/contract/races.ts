import { expect, test } from 'vitest';
import type { CorrelationStore } from '../correlation-store.ts';
import { aChange, aFact, aHold, anEntry, commitNow, LONG_AGO, type StoreOfTest } from './fixtures.ts';

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, k) => make(k));

export function describeRaces(store: StoreOfTest): void {
  test('200 at once record on one order: no fact is lost, each sees its own', async () => {
    const recorded = await Promise.all(times(200, (k) => store().record('o', aFact(`e${k}`))));
    for (const [k, { outcome, correlation }] of recorded.entries()) {
      expect(outcome).toBe('new');
      expect(correlation.facts.at(-1)?.id).toBe(`e${k}`);
    }
    expect(new Set(recorded.map(({ correlation }) => correlation.version)).size).toBe(200);
    expect(new Set((await store().load('o')).facts.map(({ id }) => id)).size).toBe(200);
  });

  test('200 at once record the same fact: it is new to one', async () => {
    const recorded = await Promise.all(times(200, (k) => store().record('o', aFact(`e${k % 2}`, { key: 'k' }))));
    expect(recorded.filter(({ outcome }) => outcome === 'new')).toHaveLength(1);
    expect((await store().load('o')).facts).toHaveLength(1);
  });

  test('200 at once commit the same version: one wins, the others see what it did', async () => {
    const { version } = (await store().record('o', aFact('e'))).correlation;
    const change = (k: number) => aChange({ state: k, counts: [{ once: `c${k}`, total: 't', by: 1 }] });
    const committed = await Promise.all(times(200, (k) => store().commit('o', version, change(k))));
    const winner = committed.findIndex(({ outcome }) => outcome === 'done');
    for (const [k, result] of committed.entries()) {
      if (k === winner) continue;
      expect(result).toMatchObject({ outcome: 'stale', correlation: { state: winner } });
    }
    expect((await store().totals()).totals).toEqual({ t: 1 });
  });

  test('100 record while 100 others read, decide and commit until done: no fact and no update is lost', async () => {
    const committing = times(100, () => increment(store()));
    await Promise.all([...committing, ...times(100, (k) => store().record('o', aFact(`e${k}`)))]);
    expect(new Set(await Promise.all(committing)).size).toBe(100);
    const { state, facts } = await store().load('o');
    expect(state).toBe(100);
    expect(new Set(facts.map(({ id }) => id)).size).toBe(100);
  });

  test('10 units go to 10 of 50 orders', async () => {
    await store().fillPools({ dough: 10 }, 'missing');
    const take = (k: number) => store().commit(`o${k}`, 0, aChange({ holds: [aHold('h', 'held', { dough: 1 })] }));
    const committed = await Promise.all(times(50, take));
    expect(committed.filter(({ outcome }) => outcome === 'done')).toHaveLength(10);
    expect(committed.filter(({ outcome }) => outcome === 'short')).toHaveLength(40);
    expect((await store().totals()).pools).toEqual({ dough: 0 });
  });

  test('100 orders at once keep every shared number right', async () => {
    await store().fillPools({ dough: 150 }, 'missing');
    const run = async (k: number): Promise<void> => {
      const id = `o${k}`;
      await store().record(id, aFact('e'));
      await commitNow(store(), id, {
        group: k % 2 ? 'odd' : 'even',
        outbox: [anEntry('a'), anEntry('b')],
        holds: [aHold('h', 'held', { dough: 1 })],
        counts: [{ once: 'c', total: 't', by: k }],
      });
      await store().markPublished(id, ['a', 'b']);
      await commitNow(store(), id, {
        group: 'done',
        holds: [aHold('h', k % 2 ? 'returned' : 'spent')],
        dueAt: LONG_AGO,
      });
    };
    await Promise.all(times(100, run));
    expect(await store().totals()).toEqual({
      totals: { t: 4_950, 'filled:dough': 150 },
      groups: { done: 100 },
      outboxPending: 0,
      oldestSince: expect.any(Number),
      oldestDueAt: LONG_AGO,
      pools: { dough: 100 },
      now: expect.any(Number),
    });
  });
}

/** Returns the version that its commit made. */
async function increment(store: CorrelationStore): Promise<number> {
  let seen = await store.load('o');
  for (;;) {
    const committed = await store.commit('o', seen.version, aChange({ state: Number(seen.state ?? 0) + 1 }));
    if (committed.outcome === 'done') return committed.version;
    if (committed.outcome === 'short') throw new Error('nothing is held here');
    seen = committed.correlation;
  }
}
