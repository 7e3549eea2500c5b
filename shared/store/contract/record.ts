import { expect, test } from 'vitest';
import { aFact, commitNow, FAR_AHEAD, type StoreOfTest } from './fixtures.ts';

export function describeRecord(store: StoreOfTest): void {
  test('of an unknown order nothing is known, and asking creates nothing', async () => {
    const known = await store().load('o');
    expect(known).toEqual({
      id: 'o',
      version: 0,
      state: undefined,
      facts: [],
      emitted: new Set(),
      outbox: [],
      holds: new Map(),
      counted: new Set(),
      group: undefined,
      dueAt: undefined,
      now: expect.any(Number),
      epoch: expect.any(String),
    });
    expect((await store().load('o')).version).toBe(0);
  });

  test('the first fact is new, and it is what anybody reads then', async () => {
    const fact = aFact('e1', { key: 'k1', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
    const { outcome, correlation } = await store().record('o', fact);
    expect(outcome).toBe('new');
    expect(correlation).toMatchObject({ id: 'o', facts: [fact] });
    expect(correlation.version).toBeGreaterThan(0);
    expect(await store().load('o')).toEqual({ ...correlation, now: expect.any(Number) });
  });

  test('a fact with a known id changes nothing, whatever it says', async () => {
    const { correlation } = await store().record('o', aFact('e1'));
    const again = await store().record('o', aFact('e1', { key: 'k', data: { other: true } }));
    expect(again).toEqual({ outcome: 'same-id', correlation: { ...correlation, now: expect.any(Number) } });
    expect((await store().record('o', aFact('e2', { key: 'k' }))).outcome).toBe('new');
  });

  test('a fact with a known key changes nothing, whatever its id', async () => {
    const { correlation } = await store().record('o', aFact('e1', { key: 'k' }));
    const again = await store().record('o', aFact('e2', { key: 'k' }));
    expect(again).toEqual({ outcome: 'same-key', correlation: { ...correlation, now: expect.any(Number) } });
    expect((await store().record('o', aFact('e2', { key: 'other' }))).outcome).toBe('new');
  });

  test('the same id counts before the same key', async () => {
    await store().record('o', aFact('e1', { key: 'k' }));
    expect((await store().record('o', aFact('e1', { key: 'k' }))).outcome).toBe('same-id');
  });

  test('facts without a key and facts of other orders do not collide', async () => {
    for (const [order, id] of [
      ['a', 'e1'],
      ['a', 'e2'],
      ['b', 'e1'],
    ] as const)
      expect((await store().record(order, aFact(id))).outcome).toBe('new');
  });

  test('an id is no key: one text may be both', async () => {
    await store().record('o', aFact('x', { key: 'y' }));
    expect((await store().record('o', aFact('y', { key: 'x' }))).outcome).toBe('new');
  });

  test('facts stay in the order in which they were recorded, and each new one changes the version', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `e${19 - index}`);
    const versions = new Set<number>();
    for (const id of ids) versions.add((await store().record('o', aFact(id))).correlation.version);
    expect((await store().load('o')).facts.map(({ id }) => id)).toEqual(ids);
    expect(versions.size).toBe(ids.length);
  });

  test('a fact changes nothing that was decided before', async () => {
    await commitNow(store(), 'o', { state: { is: 'waiting' }, group: 'paid', dueAt: FAR_AHEAD });
    const { correlation } = await store().record('o', aFact('e'));
    expect(correlation).toMatchObject({ state: { is: 'waiting' }, group: 'paid', dueAt: FAR_AHEAD });
  });

  test('data comes back as it was, however odd', async () => {
    const data = {
      empty: [],
      none: {},
      nested: { list: [[], {}, null] },
      text: 'a "b", \\ \n\u0000 é 🍕 ],[',
      large: Number.MAX_SAFE_INTEGER,
      small: 0.1,
    };
    await store().record('o', aFact('e', { data }));
    expect((await store().load('o')).facts[0]?.data).toEqual(data);
  });

  test('odd ids are told apart', async () => {
    const odd = [
      'x',
      'a"x',
      'x",',
      ',',
      '","',
      '\\',
      'x\n',
      ' x',
      'é',
      '🍕',
      '__proto__',
      'constructor',
      '{p0}',
      ':',
      '1',
    ];
    for (const id of odd) expect((await store().record('o', aFact(id, { key: `${id}!` }))).outcome, id).toBe('new');
    for (const id of odd) expect((await store().record('o', aFact(id))).outcome, id).toBe('same-id');
    for (const id of odd) expect((await store().record(id, aFact('e'))).outcome, id).toBe('new');
    expect((await store().load('o')).facts.map(({ id }) => id)).toEqual(odd);
  });

  test('what a caller does to what it gave or got reaches nobody', async () => {
    const data = { list: [1] };
    const { correlation } = await store().record('o', aFact('e', { data }));
    data.list.push(2);
    for (const fact of correlation.facts) (fact.data as typeof data).list.push(3);
    (correlation.emitted as Set<string>).add('x');
    const read = await store().load('o');
    expect(read.facts[0]?.data).toEqual({ list: [1] });
    expect(read.emitted.size).toBe(0);
  });
}
