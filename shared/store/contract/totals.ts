import { expect, test } from 'vitest';
import { AN_HOUR, anEntry, commitNow, FAR_AHEAD, LONG_AGO, type StoreOfTest } from './fixtures.ts';

export function describeTotals(store: StoreOfTest): void {
  test('of an empty store everything is nothing', async () => {
    expect(await store().totals()).toEqual({
      totals: {},
      groups: {},
      outboxPending: 0,
      oldestSince: undefined,
      oldestDueAt: undefined,
      pools: {},
      now: expect.any(Number),
    });
  });

  test('a total grows by what each order counts, once per name of a change', async () => {
    const count = (once: string, by: number) => ({ once, total: 'captured:GBP', by });
    await commitNow(store(), 'a', { counts: [count('first', 1_599), count('first', 1_599)] });
    await commitNow(store(), 'a', { counts: [count('second', -99)] });
    await commitNow(store(), 'b', { counts: [count('first', 500)] });
    expect((await store().totals()).totals).toEqual({ 'captured:GBP': 2_000 });
    expect([...(await store().load('a')).counted]).toEqual(['first', 'second']);
  });

  test('one name can count for one total only', async () => {
    await commitNow(store(), 'a', {
      counts: [
        { once: 'x', total: 't', by: 1 },
        { once: 'x', total: 'u', by: 1 },
      ],
    });
    expect((await store().totals()).totals).toEqual({ t: 1 });
  });

  test('an order counts in one group at a time, and a group without orders is not there', async () => {
    const groups = async () => (await store().totals()).groups;
    await commitNow(store(), 'a', { group: 'payment+chef' });
    await commitNow(store(), 'b', { group: 'payment+chef' });
    expect(await groups()).toEqual({ 'payment+chef': 2 });
    await commitNow(store(), 'a', { group: 'chef' });
    await commitNow(store(), 'a', { group: 'chef' });
    expect(await groups()).toEqual({ 'payment+chef': 1, chef: 1 });
    await commitNow(store(), 'a');
    await commitNow(store(), 'b', { group: 'chef' });
    expect(await groups()).toEqual({ chef: 1 });
    expect((await store().load('a')).group).toBeUndefined();
  });

  test('the pending outbox entries of all orders are counted', async () => {
    const pending = async () => (await store().totals()).outboxPending;
    await commitNow(store(), 'a', { outbox: [anEntry('x'), anEntry('y'), anEntry('y')] });
    await commitNow(store(), 'b', { outbox: [anEntry('x')] });
    expect(await pending()).toBe(3);
    await store().markPublished('a', ['x', 'y', 'z']);
    expect(await pending()).toBe(1);
    await store().markPublished('b', ['x']);
    await store().markPublished('b', ['x']);
    expect(await pending()).toBe(0);
  });

  test('no name of a total, group or pool is special', async () => {
    const names = ['outbox:pending', 'total:x', '__proto__', 'é "', '1'];
    for (const [index, name] of names.entries())
      await commitNow(store(), `o${index}`, { counts: [{ once: name, total: name, by: 1 }], group: name });
    await store().fillPools(JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}:1`).join()}}`), 'missing');
    const { totals, groups, pools, outboxPending } = await store().totals();
    const once = names.map((name) => [name, 1]);
    for (const counters of [groups, pools]) expect(Object.entries(counters).sort()).toEqual(once.toSorted());
    const filled = names.map((name) => [`filled:${name}`, 1]);
    expect(Object.entries(totals).sort()).toEqual([...once, ...filled].sort());
    expect(outboxPending).toBe(0);
  });

  test('the earliest time at which an order is due is told, a lease included', async () => {
    const oldest = async () => (await store().totals()).oldestDueAt;
    await commitNow(store(), 'b', { dueAt: FAR_AHEAD });
    await commitNow(store(), 'a', { dueAt: LONG_AGO });
    expect(await oldest()).toBe(LONG_AGO);
    const { now } = await store().totals();
    await store().claimDue(1, AN_HOUR);
    expect(await oldest()).toBeGreaterThanOrEqual(now + AN_HOUR);
  });

  test('of the orders in groups the longest one is told, whatever is due, claimed or owed meanwhile', async () => {
    const oldest = async () => (await store().totals()).oldestSince;
    await commitNow(store(), 'none', { since: 1, dueAt: LONG_AGO });
    expect(await oldest()).toBeUndefined();
    await commitNow(store(), 'a', { group: 'chef', since: LONG_AGO, outbox: [anEntry('x')], claimMs: AN_HOUR });
    await commitNow(store(), 'b', { group: 'chef', since: FAR_AHEAD, dueAt: LONG_AGO });
    await store().claimDue(1, AN_HOUR);
    expect(await oldest()).toBe(LONG_AGO);
    await commitNow(store(), 'a', { group: 'payment', since: LONG_AGO - 1 });
    expect(await oldest()).toBe(LONG_AGO - 1);
    await commitNow(store(), 'a', { since: LONG_AGO });
    expect(await oldest()).toBe(FAR_AHEAD);
    await commitNow(store(), 'b');
    expect(await oldest()).toBeUndefined();
    await commitNow(store(), 'c', { group: 'chef' });
    expect(Math.abs(((await oldest()) ?? 0) - (await store().totals()).now)).toBeLessThan(AN_HOUR);
  });

  test('the orders that are in a group for longest are told first, no more than the limit', async () => {
    expect(await store().longestGrouped(10)).toEqual([]);
    await commitNow(store(), 'young', { group: 'g', since: FAR_AHEAD });
    await commitNow(store(), '7', { group: 'g', since: LONG_AGO });
    await commitNow(store(), 'old', { group: 'other', since: LONG_AGO - 1 });
    await commitNow(store(), 'alone', { since: LONG_AGO - 2 });
    const old = { id: 'old', since: LONG_AGO - 1 };
    const seven = { id: '7', since: LONG_AGO };
    expect(await store().longestGrouped(10)).toEqual([old, seven, { id: 'young', since: FAR_AHEAD }]);
    expect(await store().longestGrouped(2)).toEqual([old, seven]);
    expect(await store().longestGrouped(0)).toEqual([]);
    await commitNow(store(), 'old');
    expect(await store().longestGrouped(1)).toEqual([seven]);
  });
}
