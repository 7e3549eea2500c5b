import { expect, it } from 'vitest';
import { createServicesBench } from '#shared/kernel/fixtures/services-bench.ts';
import type { MemoryStore } from '#shared/store/memory/memory-store.ts';

/** How often each store is asked because of one order, which becomes ready. */
async function countingSteps() {
  const asked = new Map<string, { load: number; commit: number }>();
  const counting = (store: MemoryStore, prefix: string) => {
    const counts = { load: 0, commit: 0 };
    asked.set(prefix, counts);
    const load: typeof store.load = (...args) => {
      counts.load += 1;
      return store.load(...args);
    };
    const commit: typeof store.commit = (...args) => {
      counts.commit += 1;
      return store.commit(...args);
    };
    return { ...store, load, commit };
  };
  const { order, stored } = await createServicesBench(counting);
  return async function stepsOf(orderId: string) {
    for (const counts of asked.values()) Object.assign(counts, { load: 0, commit: 0 });
    await order(orderId);
    expect(await stored('kitchen.ready', orderId)).toBe(1);
    return Object.fromEntries([...asked].map(([prefix, counts]) => [prefix, { ...counts }]));
  };
}

it('an order that becomes ready costs four steps in the kitchen, two in the others, and one in the gateway’s journal', async () => {
  const stepsOf = await countingSteps();
  await stepsOf('the-first');
  expect(await stepsOf('another')).toEqual({
    'kitchen-service': { load: 0, commit: 4 },
    'chef-service': { load: 0, commit: 2 },
    'inventory-service': { load: 0, commit: 2 },
    'payment-service': { load: 0, commit: 2 },
    'payment-gateway': { load: 0, commit: 1 },
  });
});

it('a process reads its store once, for the clock', async () => {
  const stepsOf = await countingSteps();
  expect(await stepsOf('the-first')).toMatchObject({
    'kitchen-service': { load: 1, commit: 4 },
    'chef-service': { load: 1, commit: 2 },
  });
});
