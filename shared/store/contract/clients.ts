import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryStore } from '../memory/memory-store.ts';
import type { Change, OpenStore } from '../store.ts';
import { readAll, steps } from './random-steps.ts';

/** `empty` leaves nothing in the store but an epoch in which it is whole. */
export function testLikeMemory(open: () => OpenStore, empty: () => Promise<void>, numRuns: number): void {
  test('whatever is done to it and to the memory store, both answer the same and know the same', async () => {
    const real = open();
    await fc.assert(
      fc
        .asyncProperty(steps, async (all) => {
          const model = createMemoryStore();
          // It finds out that it is in another epoch.
          await real.counters().catch(() => real.counters());
          for (const { run } of all) expect(await run(real)).toEqual(await run(model));
          expect(await readAll(real)).toEqual(await readAll(model));
        })
        .beforeEach(empty),
      { numRuns },
    );
  });
}

/** Each `open` is another client, as another process would be. */
export function testTwoClients(open: () => OpenStore, commits = 50): void {
  test('of two clients that commit on one version one wins, and each counts all that was won', async () => {
    const [left, right] = [open(), open()];
    for (let version = 0; version < commits; version += 1) {
      const seen = await left.load('o');
      const change = (entry: string): Change => ({ entry, counters: { [entry]: 1 } });
      const committed = [left.commit('o', seen, change('left')), right.commit('o', seen, change('right'))];
      expect((await Promise.all(committed)).map(({ outcome }) => outcome).sort()).toEqual(['beaten', 'done']);
    }
    const { entries } = await left.load('o');
    expect(entries).toHaveLength(commits);
    const won = (name: string) => entries.filter((entry) => entry === name).length;
    const counted = Object.fromEntries(['left', 'right'].filter(won).map((name) => [name, won(name)]));
    // Derived counters may follow a moment later.
    for (const store of [left, right])
      await expect.poll(async () => (await store.counters()).counters, { timeout: 20_000 }).toEqual(counted);
  });
}
