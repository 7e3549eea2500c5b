import { expect, test } from 'vitest';
import { AN_HOUR, commitNow, eventually, FAR_AHEAD, LONG_AGO, type StoreOfTest, times } from './fixtures.ts';

export function describeDue(store: StoreOfTest): void {
  const claim = async (limit = 10, leaseMs = AN_HOUR) => (await store().claimDue(limit, leaseMs)).map(({ id }) => id);
  const dueAt = async (id: string) => (await store().load(id)).dueAt;

  test('a due time is set, kept by a change without one, and removed by never', async () => {
    await commitNow(store(), 'o', { entry: 'a', dueAt: FAR_AHEAD + 1 });
    await commitNow(store(), 'o', { entry: 'b' });
    expect(await dueAt('o')).toBe(FAR_AHEAD + 1);
    await commitNow(store(), 'o', { dueAt: FAR_AHEAD });
    expect(await dueAt('o')).toBe(FAR_AHEAD);
    await commitNow(store(), 'o', { dueAt: 'never' });
    expect(await dueAt('o')).toBeUndefined();
    expect((await store().counters()).oldestDueAt).toBeUndefined();
  });

  test('a due time that has passed stays until it is attended to', async () => {
    await commitNow(store(), 'o', { dueAt: LONG_AGO });
    for (const other of [FAR_AHEAD, 'never'] as const) await commitNow(store(), 'o', { entry: 'a', dueAt: other });
    expect(await store().load('o')).toMatchObject({ version: 2, dueAt: LONG_AGO });
    await commitNow(store(), 'o', { dueAt: LONG_AGO + 1, attended: true });
    expect(await dueAt('o')).toBe(LONG_AGO + 1);
    await commitNow(store(), 'o', { dueAt: 'never', attended: true });
    expect(await dueAt('o')).toBeUndefined();
  });

  test('documents whose time has come are claimed, the longest overdue first, no more than the limit', async () => {
    for (const [id, at] of Object.entries({ third: 2, first: 0, second: 1 }))
      await commitNow(store(), id, { dueAt: LONG_AGO + at });
    await commitNow(store(), 'later', { dueAt: FAR_AHEAD });
    await commitNow(store(), 'never', { entry: 'a' });
    const due = (id: string, at: number) => ({ id, dueAt: LONG_AGO + at });
    expect(await store().claimDue(2, AN_HOUR)).toEqual([due('first', 0), due('second', 1)]);
    expect(await store().claimDue(2, AN_HOUR)).toEqual([due('third', 2)]);
  });

  test('a claimed document is not claimed again before its lease has run out, and then it is', async () => {
    await commitNow(store(), 'o', { dueAt: LONG_AGO });
    expect(await claim(10, 5)).toEqual(['o']);
    await eventually(async () => expect(await claim()).toEqual(['o']));
    expect(await claim()).toEqual([]);
  });

  test('a lease is of one due time: it ends when the document is due at another, and by no other change', async () => {
    await commitNow(store(), 'o', { dueAt: LONG_AGO });
    expect(await claim()).toEqual(['o']);
    await commitNow(store(), 'o', { entry: 'a', dueAt: LONG_AGO });
    expect(await claim()).toEqual([]);
    await commitNow(store(), 'o', { dueAt: LONG_AGO + 1, attended: true });
    expect(await claim()).toEqual(['o']);
  });

  test('leases change neither the due time nor what is told of the oldest', async () => {
    await commitNow(store(), 'late', { dueAt: FAR_AHEAD });
    await commitNow(store(), 'o', { dueAt: LONG_AGO });
    expect(await claim()).toEqual(['o']);
    expect(await dueAt('o')).toBe(LONG_AGO);
    expect((await store().counters()).oldestDueAt).toBe(LONG_AGO);
    expect(await store().oldest(1)).toEqual([{ id: 'o', dueAt: LONG_AGO }]);
  });

  test('the oldest documents are told, also those that are not due yet, no more than the limit, and not claimed by that', async () => {
    const ids = ['c', 'a', 'b'];
    for (const [index, id] of ids.entries()) await commitNow(store(), id, { dueAt: FAR_AHEAD + index });
    await commitNow(store(), 'due', { dueAt: LONG_AGO });
    expect((await store().oldest(10)).map(({ id }) => id)).toEqual(['due', 'c', 'a', 'b']);
    expect(await store().oldest(2)).toEqual([
      { id: 'due', dueAt: LONG_AGO },
      { id: 'c', dueAt: FAR_AHEAD },
    ]);
    expect(await store().oldest(0)).toEqual([]);
    expect(await claim()).toEqual(['due']);
  });

  test('several who claim at once share the documents', async () => {
    const ids = times(60, (k) => `o${k}`);
    await Promise.all(ids.map((id) => commitNow(store(), id, { dueAt: LONG_AGO })));
    const claimed = await Promise.all(times(10, () => claim(7)));
    expect(claimed.flat().sort()).toEqual(ids.sort());
  });
}
