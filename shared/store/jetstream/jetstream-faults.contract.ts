import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startNats } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { refusals, startCommitting, testFrozenServer } from '../contract/faults.ts';
import { AN_HOUR, AWAY, commitNow, eventually, makeWhole } from '../contract/fixtures.ts';
import { readAll } from '../contract/random-steps.ts';
import { NotWhole, type OpenStore } from '../store.ts';
import type { LogStream, StoreAdapter } from '../store-kind.ts';

/** What a store in a stream does when its server or its stream is in trouble. */
export function describeJetStreamFaults(adapter: Required<StoreAdapter>, { name, prefix }: LogStream): void {
  let nats: NativeServer;
  let nc: NatsConnection;
  let store: OpenStore;
  const owners = [{ user: 'a', password: '', stores: ['test'] }];

  const open = (commandTimeoutMs = 10_000) => adapter.open({ url: nats.url, service: 'test', commandTimeoutMs });
  const manager = () => jetstreamManager(nc);

  beforeEach(async () => {
    nats = await startNats();
    nc = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    await adapter.prepare(nats.url, owners);
    store = await makeWhole(open());
  });
  afterEach(async () => {
    await nc.close();
    await store.close();
    await nats.stop();
  });

  testFrozenServer({ store: () => store, open, server: () => nats });

  test('without a server every call says that the store is away, and why', async () => {
    const nowhere = adapter.open({ url: 'nats://127.0.0.1:1', service: 'test', commandTimeoutMs: 300 });
    const cause = { message: expect.stringMatching(/broker is away|does not answer/) };
    for (const refusal of await refusals(nowhere)) expect(refusal).toMatchObject({ ...AWAY, cause });
    await nowhere.close();
  });

  test('a server killed in the midst of work: calls are refused, then done again, and nothing that was answered is lost', async () => {
    const committing = startCommitting(store);
    await committing.more(50);
    await nats.restart('SIGKILL');
    await eventually(() => store.load('o'));
    await committing.end();
    const fresh = open();
    expect(await committing.expectAllIn(store)).toEqual(await committing.expectAllIn(fresh));
    await fresh.close();
  });

  test('a stream that is full refuses, says so, and nothing is half done', async () => {
    await store.stock({ flour: 5 }, 'missing');
    await commitNow(store, 'a', { entry: 'a', counters: { t: 1 } });
    const before = await readAll(store);
    const jsm = await manager();
    const { config, state } = await jsm.streams.info(name);
    await jsm.streams.update(name, { ...config, max_bytes: state.bytes + 1 });
    const change = { entry: 'b', counters: { t: 1 }, pools: { flour: -1 } };
    const cause = { message: expect.stringContaining('the stream is full: raise its max_bytes') };
    const seen = await store.load('a');
    const both = [store.commit('a', seen, change), store.commit('b', { ...seen, version: 0 }, change)];
    for (const settled of await Promise.allSettled(both))
      expect(settled).toMatchObject({ status: 'rejected', reason: { ...AWAY, cause } });
    expect(await readAll(store)).toEqual(before);
    await jsm.streams.update(name, { ...config, max_bytes: -1 });
    expect(await store.commit('a', seen, change)).toMatchObject({ outcome: 'done' });
  });

  test('a stream that was deleted and made anew is a wiped store', async () => {
    await commitNow(store, 'o', { entry: 'a', counters: { t: 1 } });
    const jsm = await manager();
    await jsm.streams.delete(name);
    const cause = { message: expect.stringContaining(`stream ${name} does not exist: npm start`) };
    for (const refusal of await refusals(store)) expect(refusal).toMatchObject({ ...AWAY, cause });
    await adapter.prepare(nats.url, owners);
    expect((await store.health()).is).toBe('wiped');
    for (const refusal of await refusals(store)) expect(refusal).toBeInstanceOf(NotWhole);
    await makeWhole(store);
    expect(await store.load('o')).toMatchObject({ version: 0 });
    expect((await store.counters()).counters).toEqual({});
  });

  test('a stream that was made anew and filled meanwhile is read from its beginning', async () => {
    await commitNow(store, 'o', { entry: 'a', counters: { t: 1 } });
    await (await manager()).streams.delete(name);
    await adapter.prepare(nats.url, owners);
    const other = await makeWhole(open());
    for (let k = 0; k < 9; k += 1) await commitNow(other, 'p', { entry: 'b', counters: { u: 1 } });
    expect(await readAll(store)).toEqual(await readAll(other));
    expect((await store.load('p')).version).toBe(9);
    await other.close();
  });

  test('a stream of that name with another configuration is refused, and what differs is named', async () => {
    const jsm = await manager();
    await jsm.streams.delete(name);
    await jsm.streams.add({ name, subjects: [`${prefix}>`], description: 'of somebody else' });
    const message = expect.stringMatching(new RegExp(`stream .*${name.slice(3)} has description "of somebody else"`));
    await expect(adapter.prepare(nats.url, owners)).rejects.toMatchObject({ message });
    for (const refusal of await refusals(store)) expect(refusal).toMatchObject({ ...AWAY, cause: { message } });
    expect((await jsm.streams.info(name)).state.messages).toBe(0);
  });

  test('whoever lost the lease of a rebuild while it was frozen writes nothing more', async () => {
    await adapter.drop({ url: nats.url, service: 'test' });
    const stale = await store.beginRebuild(1);
    const other = open();
    await stale?.load('o').catch(() => undefined);
    const rebuild = await eventually(async () => {
      const begun = await other.beginRebuild(AN_HOUR);
      if (!begun) throw new Error('the lease runs');
      return begun;
    });
    const late = stale?.commit('o', { version: 0, epoch: '' }, { entry: 'late', counters: { t: 1 } });
    await expect(late).rejects.toBeInstanceOf(NotWhole);
    await rebuild.complete(1);
    expect(await other.load('o')).toMatchObject({ version: 0 });
    expect((await other.counters()).counters).toEqual({});
    await other.close();
  });
}
