import { expect, test } from 'vitest';
import { AN_HOUR, anEntry, commitNow, type StoreOfTest } from './fixtures.ts';

export function describeOutbox(store: StoreOfTest): void {
  test('an entry keeps its bytes and is claimed for as long as was asked', async () => {
    const message = `{"body":"é 🍕 ${'x'.repeat(100_000)}"}`;
    const before = (await store().load('o')).now;
    await commitNow(store(), 'o', { outbox: [{ id: 'a', message }], claimMs: AN_HOUR });
    const { outbox, now } = await store().load('o');
    expect(outbox).toEqual([{ id: 'a', message, claimedUntil: expect.any(Number) }]);
    expect(outbox[0]?.claimedUntil).toBeGreaterThanOrEqual(before + AN_HOUR);
    expect(outbox[0]?.claimedUntil).toBeLessThanOrEqual(now + AN_HOUR);
  });

  test('without claimMs nobody has a claim', async () => {
    await commitNow(store(), 'o', { outbox: [anEntry('a')] });
    const { outbox, now } = await store().load('o');
    expect(outbox[0]?.claimedUntil).toBeLessThanOrEqual(now);
  });

  test('a published entry leaves the outbox, stays known as emitted, and the version stays', async () => {
    await commitNow(store(), 'o', { outbox: [anEntry('a'), anEntry('b'), anEntry('c')] });
    const { version } = await store().load('o');
    await store().markPublished('o', ['a', 'c']);
    const after = await store().load('o');
    expect(after.outbox.map(({ id, message }) => ({ id, message }))).toEqual([anEntry('b')]);
    expect([...after.emitted]).toEqual(['a', 'b', 'c']);
    expect(after.version).toBe(version);
  });

  test('marking twice, or what is unknown, changes nothing', async () => {
    await commitNow(store(), 'o', { outbox: [anEntry('a'), anEntry('b')] });
    for (const ids of [['a'], ['a'], ['x'], []]) await store().markPublished('o', ids);
    await store().markPublished('unknown', ['a']);
    expect((await store().load('o')).outbox.map(({ id }) => id)).toEqual(['b']);
    expect((await store().load('unknown')).version).toBe(0);
    expect((await store().totals()).outboxPending).toBe(1);
  });

  test('of entries with one id in a change the first is emitted', async () => {
    await commitNow(store(), 'o', { outbox: [anEntry('a'), { id: 'a', message: 'other' }, anEntry('b')] });
    const { outbox, emitted } = await store().load('o');
    expect(outbox.map(({ message }) => message)).toEqual(['message of a', 'message of b']);
    expect([...emitted]).toEqual(['a', 'b']);
  });

  test('entries wait in the order in which they were committed', async () => {
    await commitNow(store(), 'o', { outbox: [anEntry('c'), anEntry('a')] });
    await commitNow(store(), 'o', { outbox: [anEntry('b')] });
    expect((await store().load('o')).outbox.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  });
}
