import { expect, test } from 'vitest';
import { aChange, aFact, aHold, anEntry, commitNow, FAR_AHEAD, LONG_AGO, type StoreOfTest } from './fixtures.ts';

export function describeCommit(store: StoreOfTest): void {
  test('a change of the version seen is done, and all of it is read then', async () => {
    await store().fillPools({ flour: 5 }, 'missing');
    const { correlation } = await store().record('o', aFact('e1'));
    const committed = await store().commit('o', correlation.version, {
      state: { is: 'waiting' },
      facts: [aFact('e2')],
      outbox: [anEntry('out')],
      holds: [aHold('h', 'held', { flour: 2 })],
      counts: [{ once: 'created', total: 'created', by: 1 }],
      group: 'paid',
      dueAt: FAR_AHEAD,
    });
    const read = await store().load('o');
    expect(committed).toEqual({ outcome: 'done', version: read.version });
    expect(read.version).not.toBe(correlation.version);
    expect(read).toMatchObject({ state: { is: 'waiting' }, group: 'paid', dueAt: FAR_AHEAD });
    expect(read.facts.map(({ id }) => id)).toEqual(['e1', 'e2']);
    expect([...read.emitted]).toEqual(['out']);
    expect([...read.holds]).toEqual([['h', 'held']]);
    expect([...read.counted]).toEqual(['created']);
  });

  test('an order can begin with a commit on version 0', async () => {
    expect(await store().commit('o', 0, aChange({ state: 1 }))).toMatchObject({ outcome: 'done' });
    expect((await store().load('o')).state).toBe(1);
  });

  test('a change of any other version is stale, changes nothing and answers what is known', async () => {
    await store().record('o', aFact('e1'));
    await commitNow(store(), 'o', { state: 'first' });
    const before = await store().load('o');
    const totals = await store().totals();
    const change = aChange({
      state: 'second',
      facts: [aFact('e2')],
      outbox: [anEntry('out')],
      counts: [{ once: 'c', total: 't', by: 1 }],
      group: 'g',
      dueAt: LONG_AGO,
    });
    for (const version of [0, before.version - 1, before.version + 1]) {
      const stale = { outcome: 'stale', correlation: { ...before, now: expect.any(Number) } };
      expect(await store().commit('o', version, change)).toEqual(stale);
    }
    expect(await store().totals()).toEqual({ ...totals, now: expect.any(Number) });
  });

  test('a fact recorded meanwhile makes a commit stale', async () => {
    const { correlation } = await store().record('o', aFact('e1'));
    await store().record('o', aFact('e2'));
    expect((await store().commit('o', correlation.version, aChange())).outcome).toBe('stale');
  });

  test.each([[null], [[]], [{}], [''], [0], [false], [{ a: [{}, []] }]])(
    'the state %j comes back as it was',
    async (state) => {
      await commitNow(store(), 'o', { state });
      expect((await store().load('o')).state).toEqual(state);
    },
  );

  test('a state replaces the one before as a whole', async () => {
    await commitNow(store(), 'o', { state: { a: 1 } });
    await commitNow(store(), 'o', { state: { b: 2 } });
    expect((await store().load('o')).state).toEqual({ b: 2 });
  });

  test('of facts with one id or key in a change the first counts, and its other parts are done all the same', async () => {
    await store().record('o', aFact('e1', { key: 'k1' }));
    await commitNow(store(), 'o', {
      state: 1,
      facts: [
        aFact('e3', { key: 'k3' }),
        aFact('e3', { data: { other: true } }),
        aFact('e4', { key: 'k3' }),
        aFact('e5'),
      ],
    });
    const { facts, state } = await store().load('o');
    expect(facts).toEqual([aFact('e1', { key: 'k1' }), aFact('e3', { key: 'k3' }), aFact('e5')]);
    expect(state).toBe(1);
    expect((await store().record('o', aFact('e3'))).outcome).toBe('same-id');
    expect((await store().record('o', aFact('e6', { key: 'k3' }))).outcome).toBe('same-key');
  });

  test('the facts of many changes, and of a large one, stay in their order', async () => {
    const ids = Array.from({ length: 36 }, (_, index) => `e${36 - index}`);
    for (const id of ids.slice(0, 12)) await commitNow(store(), 'o', { facts: [aFact(id)] });
    await commitNow(store(), 'o', { facts: ids.slice(12, 35).map((id) => aFact(id)) });
    await store().record('o', aFact('e1'));
    expect((await store().load('o')).facts.map(({ id }) => id)).toEqual(ids);
  });

  test.each([
    ['half a unit', { holds: [aHold('h', 'held', { flour: 0.5 })] }],
    ['no units', { holds: [aHold('h', 'held', { flour: 0 })] }],
    ['a fraction in a total', { counts: [{ once: 'c', total: 't', by: 0.1 }] }],
    ['a due time that is none', { dueAt: Number.NaN }],
    ['a negative claim', { claimMs: -1 }],
    ['a group without a name', { group: '' }],
    ['forgetting at once', { forgetAfterMs: 0 }],
  ])('%s is refused before anything is changed', async (_, change) => {
    await expect(store().commit('o', 0, aChange({ facts: [aFact('e')], ...change }))).rejects.toThrow(TypeError);
    expect((await store().load('o')).version).toBe(0);
  });
}
