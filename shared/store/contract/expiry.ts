import { expect, test } from 'vitest';
import type { Change } from '../store.ts';
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

  /** The id of a document that had an expiry and was changed in time; a machine that stalls is given another try. */
  const changedInTime = (change: Change, withinMs: number): Promise<string> =>
    eventually(async () => {
      const id = crypto.randomUUID();
      await commitNow(store(), id, { entry: 'a', expireAfterMs: withinMs });
      await commitNow(store(), id, { entry: 'b', ...change });
      expect(await version(id)).toBe(2);
      return id;
    });

  test('a later change without an expiry keeps it', async () => {
    await forgotten(await changedInTime({}, 50));
  });

  test('a later expiry replaces it, and never removes it', async () => {
    const longer = await changedInTime({ expireAfterMs: AN_HOUR }, 200);
    const forEver = await changedInTime({ expireAfterMs: 'never' }, 200);
    await others(200);
    expect([await version(longer), await version(forEver)]).toEqual([2, 2]);
  });
}
