import { expect, test } from 'vitest';
import { AN_HOUR, anEntry, commitNow, eventually, FAR_AHEAD, LONG_AGO, type StoreOfTest } from './fixtures.ts';

export function describeClaims(store: StoreOfTest): void {
  const claim = (limit = 10, leaseMs = AN_HOUR) => store().claimDue(limit, leaseMs);

  test('orders whose time has come are claimed, the longest overdue first', async () => {
    await commitNow(store(), 'second', { dueAt: LONG_AGO + 1 });
    await commitNow(store(), 'first', { dueAt: LONG_AGO });
    await commitNow(store(), 'later', { dueAt: FAR_AHEAD });
    await commitNow(store(), 'never');
    expect(await claim()).toEqual(['first', 'second']);
  });

  test('no more than the limit are claimed', async () => {
    for (const [index, id] of ['a', 'b', 'c'].entries()) await commitNow(store(), id, { dueAt: LONG_AGO + index });
    expect(await claim(2)).toEqual(['a', 'b']);
    expect(await claim(2)).toEqual(['c']);
  });

  test('a claimed order is not claimed again before its lease has run out, and then it is', async () => {
    await commitNow(store(), 'o', { dueAt: LONG_AGO });
    expect(await claim(10, 5)).toEqual(['o']);
    await eventually(async () => expect(await claim()).toEqual(['o']));
    expect(await claim()).toEqual([]);
    expect((await store().load('o')).dueAt).toBe(LONG_AGO);
  });

  test('several who claim at once share the orders', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `o${index}`);
    await Promise.all(ids.map((id) => commitNow(store(), id, { dueAt: LONG_AGO })));
    const claimed = await Promise.all(Array.from({ length: 10 }, () => claim(7)));
    expect(claimed.flat().sort()).toEqual(ids.sort());
  });

  test('an order is due when the claim on an outbox entry has run out, not before', async () => {
    await commitNow(store(), 'claimed', { outbox: [anEntry('a')], claimMs: AN_HOUR });
    await commitNow(store(), 'o', { outbox: [anEntry('a')], claimMs: 5, dueAt: FAR_AHEAD });
    await eventually(async () => expect(await claim()).toEqual(['o']));
  });

  test('claiming an order leaves the claims on its entries as they are', async () => {
    await commitNow(store(), 'o', { outbox: [anEntry('a')] });
    const before = (await store().load('o')).outbox;
    expect(await claim()).toEqual(['o']);
    expect((await store().load('o')).outbox).toEqual(before);
  });

  test('an earlier entry that is not published keeps the order due after a later commit', async () => {
    await commitNow(store(), 'o', { outbox: [anEntry('a')] });
    await commitNow(store(), 'o', { outbox: [anEntry('b')], claimMs: AN_HOUR });
    expect(await claim()).toEqual(['o']);
  });

  test('an order whose outbox is empty is due when its own time comes', async () => {
    await commitNow(store(), 'past', { outbox: [anEntry('a')], claimMs: AN_HOUR, dueAt: LONG_AGO });
    await commitNow(store(), 'never', { outbox: [anEntry('a')] });
    expect(await claim()).toEqual(['past', 'never']);
    await store().markPublished('past', ['a']);
    await store().markPublished('never', ['a']);
    expect(await claim()).toEqual(['past']);
  });

  test('marking what is not in the outbox ends no lease', async () => {
    await commitNow(store(), 'o', { dueAt: LONG_AGO });
    expect(await claim()).toEqual(['o']);
    await store().markPublished('o', ['x']);
    expect(await claim()).toEqual([]);
  });

  test('a commit decides anew when its order is due', async () => {
    await commitNow(store(), 'o', { dueAt: LONG_AGO });
    expect(await claim()).toEqual(['o']);
    await commitNow(store(), 'o', { dueAt: LONG_AGO + 1 });
    expect(await claim()).toEqual(['o']);
    await commitNow(store(), 'o');
    await commitNow(store(), 'o', { dueAt: FAR_AHEAD });
    expect(await claim()).toEqual([]);
    expect((await store().totals()).oldestDueAt).toBe(FAR_AHEAD);
  });
}
