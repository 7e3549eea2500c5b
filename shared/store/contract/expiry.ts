import { expect, test } from 'vitest';
import { AN_HOUR, commitNow, eventually, type StoreOfTest } from './fixtures.ts';

export function describeExpiry(store: StoreOfTest): void {
  const version = async (id: string) => (await store().load(id)).version;
  const forgotten = (id: string) => eventually(async () => expect(await version(id)).toBe(0));

  /** Resolves when a document that expires `ms` after now is forgotten. */
  async function others(ms: number): Promise<void> {
    await commitNow(store(), 'other', { entry: 'a', expireAfterMs: ms });
    await forgotten('other');
  }

  test('a document is forgotten after its time and begins anew; counters and pools stay', async () => {
    const change = { entry: 'a', counters: { t: 1 }, pools: { flour: 2 } };
    await commitNow(store(), 'o', { ...change, expireAfterMs: 5 });
    await forgotten('o');
    expect(await store().counters()).toMatchObject({ counters: { t: 1 }, pools: { flour: 2 } });
    await commitNow(store(), 'o', { entry: 'b' });
    await others(5);
    expect(await store().load('o')).toMatchObject({ version: 1, entries: ['b'] });
  });

  test('a later change without an expiry keeps it', async () => {
    await commitNow(store(), 'o', { entry: 'a', expireAfterMs: 50 });
    await commitNow(store(), 'o', { entry: 'b' });
    await forgotten('o');
  });

  test('a later expiry replaces it, and never removes it', async () => {
    for (const id of ['longer', 'for ever']) await commitNow(store(), id, { entry: 'a', expireAfterMs: 200 });
    await commitNow(store(), 'longer', { expireAfterMs: AN_HOUR });
    await commitNow(store(), 'for ever', { expireAfterMs: 'never' });
    await others(200);
    expect([await version('longer'), await version('for ever')]).toEqual([1, 1]);
  });
}
