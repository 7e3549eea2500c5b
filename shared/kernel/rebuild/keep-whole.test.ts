import { expect, it } from 'vitest';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import { eventually } from '#shared/testing/eventually.ts';
import type { RebuildProgress } from '../instrumentation.ts';
import { keepWhole } from './keep-whole.ts';
import { ownPart } from './parts.ts';

it('tells of another process that rebuilds only when that lasts', async () => {
  const store = createMemoryStore({ fresh: true });
  const other = await store.beginRebuild(60_000);
  // Of a process that has run for long before it looks.
  let now = 3_600_000;
  let looks = 0;
  const told: RebuildProgress[] = [];
  const context = { flow, service: 'chef-service', claimMs: 1, retainMs: 1, streamKeepsMs: 1 };
  const keeper = await keepWhole({
    flow,
    service: 'chef-service',
    reacts: [],
    durables: [],
    bus: createMemoryBus(),
    parts: [
      ownPart(
        store,
        { decide: () => ({ state: 'waits', group: 'waiting' }) },
        { ...context, traceparent: () => undefined },
      ),
    ],
    instrumentation: { rebuilding: (progress) => void told.push(progress) },
    onFault: (error) => {
      throw error;
    },
    now: () => now,
    monotonic: () => now,
    wait: async (ms) => {
      await new Promise((resolve) => setImmediate(resolve));
      now += ms;
      looks += 1;
    },
  });
  const first = await eventually(async () => told[0], 'a rebuild that lasts');
  expect(first).toMatchObject({ phase: 'noticed', byOther: true, sinceMs: 2_000 });
  expect(looks).toBeGreaterThanOrEqual(4);
  expect(keeper.state).toBe('rebuilding');
  await other?.complete(0);
  await eventually(async () => keeper.state === 'whole' || undefined, 'the store to be whole');
  expect(told.at(-1)).toMatchObject({ phase: 'whole', byOther: true });
  await keeper.stop();
});
