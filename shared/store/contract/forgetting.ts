import { expect, test } from 'vitest';
import { AN_HOUR, aFact, anEntry, commitNow, eventually, LONG_AGO, type StoreOfTest } from './fixtures.ts';

export function describeForgetting(store: StoreOfTest): void {
  const version = async (id: string) => (await store().load(id)).version;
  const forgotten = (id: string) => eventually(async () => expect(await version(id)).toBe(0));

  /** Resolves once an order that was told to be forgotten after `ms` just now is forgotten. */
  async function others(ms: number): Promise<void> {
    await commitNow(store(), 'other', { forgetAfterMs: ms });
    await forgotten('other');
  }

  test('a closed order is forgotten after its time, and begins anew', async () => {
    await store().record('o', aFact('e', { key: 'k' }));
    await commitNow(store(), 'o', { outbox: [anEntry('a')], counts: [{ once: 'c', total: 't', by: 1 }] });
    await store().markPublished('o', ['a']);
    await commitNow(store(), 'o', { forgetAfterMs: 5 });
    await forgotten('o');
    const { outcome, correlation } = await store().record('o', aFact('e', { key: 'k' }));
    expect(outcome).toBe('new');
    expect(correlation).toMatchObject({ facts: [aFact('e', { key: 'k' })], emitted: new Set(), counted: new Set() });
    expect((await store().totals()).totals).toEqual({ t: 1 });
  });

  test('not before its time', async () => {
    await commitNow(store(), 'o', { forgetAfterMs: AN_HOUR });
    await others(1);
    expect(await version('o')).toBeGreaterThan(0);
  });

  test('a fact that comes later does not keep it', async () => {
    await commitNow(store(), 'o', { forgetAfterMs: 50 });
    await store().record('o', aFact('e'));
    await forgotten('o');
  });

  test('a later commit without forgetting keeps it', async () => {
    await commitNow(store(), 'o', { forgetAfterMs: 50 });
    await commitNow(store(), 'o');
    await others(50);
    expect(await version('o')).toBeGreaterThan(0);
  });

  test('a later commit without forgetting keeps it, also once its outbox is published', async () => {
    await commitNow(store(), 'o', { forgetAfterMs: 50 });
    await commitNow(store(), 'o', { outbox: [anEntry('a')] });
    await store().markPublished('o', ['a']);
    await others(50);
    expect(await version('o')).toBeGreaterThan(0);
  });

  test('a later commit sets the time anew', async () => {
    await commitNow(store(), 'o', { forgetAfterMs: 50 });
    await commitNow(store(), 'o', { forgetAfterMs: AN_HOUR });
    await others(50);
    expect(await version('o')).toBeGreaterThan(0);
  });

  test('an order that owes a message is not forgotten before that is published', async () => {
    await commitNow(store(), 'o', { outbox: [anEntry('a'), anEntry('b')], forgetAfterMs: 5 });
    await store().markPublished('o', ['a']);
    await others(5);
    expect((await store().load('o')).outbox.map(({ id }) => id)).toEqual(['b']);
    await store().markPublished('o', ['b']);
    await forgotten('o');
    expect((await store().totals()).outboxPending).toBe(0);
  });

  test('an order that owes a message again is not forgotten either', async () => {
    await commitNow(store(), 'o', { forgetAfterMs: 50 });
    await commitNow(store(), 'o', { outbox: [anEntry('a')], forgetAfterMs: 50 });
    await others(50);
    expect(await version('o')).toBeGreaterThan(0);
  });

  test('a forgotten order is due no more once somebody has looked', async () => {
    await commitNow(store(), 'o', { dueAt: LONG_AGO, forgetAfterMs: 5 });
    await forgotten('o');
    expect(await store().claimDue(10, 0)).toEqual([]);
    expect((await store().totals()).oldestDueAt).toBeUndefined();
  });
}
