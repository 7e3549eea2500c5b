import { expect, it } from 'vitest';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import { createAdminServer } from './admin-server.ts';

it('is not ready while its store is rebuilt, and says so', async () => {
  const store = createMemoryStore({ fresh: true });
  let state: 'rebuilding' | 'whole' = 'rebuilding';
  const admin = createAdminServer({ bus: createMemoryBus(), durable: undefined, store, storeState: () => state });
  const ready = async () => {
    const { statusCode, body } = await admin.inject('/ready');
    return [statusCode, JSON.parse(body)];
  };
  const rebuilding = { status: 'not ready', broker: 'connected', store: 'rebuilding', consumer: 'not used' };
  expect(await ready()).toEqual([503, rebuilding]);
  // Before it looked itself, a service finds out by what the store answers.
  state = 'whole';
  expect(await ready()).toEqual([503, rebuilding]);
  await (await store.beginRebuild(1_000))?.complete(0);
  expect(await ready()).toEqual([
    200,
    { status: 'ready', broker: 'connected', store: 'connected', consumer: 'not used' },
  ]);
  await store.close();
  expect(await ready()).toEqual([503, { ...rebuilding, store: 'away' }]);
});

it('is not ready while its durable does not exist, and names it and the remedy', async () => {
  const bus = createMemoryBus();
  const admin = createAdminServer({ bus, durable: 'chef-service', store: undefined, storeState: undefined });
  const ready = async () => {
    const { statusCode, body } = await admin.inject('/ready');
    return [statusCode, JSON.parse(body)];
  };
  const detail = expect.stringMatching(/durable chef-service does not exist: npm run set-up creates it/);
  expect(await ready()).toEqual([
    503,
    { status: 'not ready', broker: 'connected', store: 'not used', consumer: 'missing', detail },
  ]);
  await bus.consume({ durable: 'chef-service', filters: ['pizza.>'], handle: async () => undefined });
  expect(await ready()).toEqual([
    200,
    { status: 'ready', broker: 'connected', store: 'not used', consumer: 'connected' },
  ]);
});
