import { expect, it } from 'vitest';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import { createAdminServer } from './admin-server.ts';

it('is not ready while its store is rebuilt, and says so', async () => {
  const store = createMemoryStore({ fresh: true });
  let state: 'rebuilding' | 'whole' = 'rebuilding';
  const admin = createAdminServer({ bus: createMemoryBus(), store, storeState: () => state });
  const ready = async () => {
    const { statusCode, body } = await admin.inject('/ready');
    return [statusCode, JSON.parse(body)];
  };
  const rebuilding = { status: 'not ready', broker: 'connected', store: 'rebuilding' };
  expect(await ready()).toEqual([503, rebuilding]);
  // Before it looked itself, a service finds out by what the store answers.
  state = 'whole';
  expect(await ready()).toEqual([503, rebuilding]);
  await (await store.beginRebuild(1_000))?.complete(0);
  expect(await ready()).toEqual([200, { status: 'ready', broker: 'connected', store: 'connected' }]);
  await store.close();
  expect(await ready()).toEqual([503, { ...rebuilding, store: 'away' }]);
});
