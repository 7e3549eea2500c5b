import { jetstreamManager } from '@nats-io/jetstream';
import { type KvEntry, Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { isAtLeast } from '#shared/messaging/jetstream/nats-link.ts';
import { startNats } from '#shared/stack/servers/native-server.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { commitNow, makeWhole } from '../contract/fixtures.ts';
import { natsKvKind } from './nats-kv-kind.ts';
import { natsKvAdapter } from './nats-kv-store.ts';

test('what the store keeps is a bucket that every KV client of NATS reads', async () => {
  await using nats = await startNats();
  await natsKvAdapter.prepare(nats.url, [{ user: 'a', password: '', stores: ['test'] }]);
  const store = await makeWhole(natsKvAdapter.open({ url: nats.url, service: 'test' }));
  await commitNow(store, 'o 1', { entry: 'a', counters: { t: 1 } });
  const nc = await connect({ servers: nats.url });
  const bucket = await new Kvm(nc).open('test');
  expect((await bucket.get('order.o=201'))?.json()).toMatchObject({ entries: ['a'], counters: { t: 1 } });
  expect((await bucket.status()).streamInfo.config.name).toBe(natsKvKind.stream('test').name);
  await nc.close();
  await store.close();
});

/**
 * The workshop's option A, "TTL expiry triggers the timeout", with a key per order in a bucket of its own. The store does not build on
 * it: a broker before 2.11 has no TTL per key, none is shorter than a second, and the marker itself expires, so whoever does not watch
 * in that time never learns of it. The due time in the document stays until it is attended to, whoever looks and whenever.
 */
test('a key with a TTL is a timer: its delete marker wakes whoever watches, and nobody who looks later', async ({
  skip,
}) => {
  await using nats = await startNats();
  const nc = await connect({ servers: nats.url });
  skip(!isAtLeast(nc.info?.version, '2.11.0'), 'the broker knows no TTL per key');
  const timers = await new Kvm(nc).create('timers', { markerTTL: 1_000 });
  const expired: KvEntry[] = [];
  void (async () => {
    for await (const entry of await timers.watch()) if (entry.operation !== 'PUT') expired.push(entry);
  })();
  const began = Date.now();
  await timers.create('order-1', '', '1s');
  const [marker] = await eventually(async () => (expired.length > 0 ? expired : undefined), 'the marker');
  expect(marker).toMatchObject({ key: 'order-1', operation: 'PURGE' });
  expect(Date.now() - began).toBeGreaterThanOrEqual(1_000);

  const jsm = await jetstreamManager(nc);
  const isGone = async () => (await jsm.streams.info('KV_timers')).state.messages === 0 || undefined;
  await eventually(isGone, 'the marker to expire');
  const later: KvEntry[] = [];
  for await (const entry of await timers.history()) later.push(entry);
  expect(later).toEqual([]);
  await nc.close();
});
