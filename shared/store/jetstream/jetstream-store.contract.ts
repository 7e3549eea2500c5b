import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inboxPrefixOf } from '#shared/messaging/jetstream/nats-link.ts';
import { natsUsersConfig } from '#shared/stack/access/permissions.ts';
import { startNats } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { testTwoClients } from '../contract/clients.ts';
import { AN_HOUR, AWAY, commitNow, eventually, FAR_AHEAD, LONG_AGO, makeWhole, times } from '../contract/fixtures.ts';
import { readAll, steps } from '../contract/random-steps.ts';
import { createMemoryStore } from '../memory/memory-store.ts';
import { describeStore } from '../store.contract.ts';
import type { Committed, OpenStore } from '../store.ts';
import type { LogStream, StoreAdapter } from '../store-kind.ts';
import { keyOf, RETIRED } from './keys.ts';
import { subjectsOf } from './log-stream.ts';

/** What every store in a stream promises, on a real server. */
export function describeJetStreamStore(
  name: string,
  adapter: Required<StoreAdapter>,
  { name: stream, prefix }: LogStream,
): void {
  let nats: NativeServer;
  let nc: NatsConnection;
  let opened: OpenStore[] = [];

  beforeAll(async () => {
    nats = await startNats();
    nc = await connect({ servers: nats.url });
    await adapter.prepare(nats.url, [{ user: 'a', password: '', stores: ['test', 'other'] }]);
  });
  beforeEach(empty);
  afterEach(async () => {
    await Promise.all(opened.map((store) => store.close()));
    opened = [];
  });
  afterAll(async () => {
    await nc.close();
    await nats.stop();
  });

  /** Patient: how soon an answer must come is not what is tested here. */
  const at = (service = 'test') => ({ url: nats.url, service, commandTimeoutMs: 10_000 });
  const wipe = async () => void (await adapter.drop(at()));
  function open(service?: string): OpenStore {
    const store = adapter.open(at(service));
    opened.push(store);
    return store;
  }
  /** Nothing is there but a life. */
  async function empty(): Promise<void> {
    await wipe();
    await makeWhole(open());
  }
  const infoOf = async (filter = '>') =>
    (await jetstreamManager(nc)).streams.info(stream, { subjects_filter: prefix + filter });

  describeStore(name, async () => ({ store: open(), wipe }));

  test('whatever is done to it and to the memory store, both answer the same and know the same', async () => {
    const real = open();
    await fc.assert(
      fc
        .asyncProperty(steps, async (all) => {
          const model = createMemoryStore();
          for (const { run } of all) expect(await run(real)).toEqual(await run(model));
          expect(await readAll(real)).toEqual(await readAll(model));
          // Whoever begins now reads the same.
          await using fresh = disposable(adapter.open(at()));
          expect(await readAll(fresh)).toEqual(await readAll(model));
        })
        .beforeEach(async () => {
          await wipe();
          await makeWhole(real);
        }),
      { numRuns: 100 },
    );
  });

  describe('two processes at once', () => {
    testTwoClients(open);

    test('a unit of a pool is given to one of them, whatever else is committed meanwhile', async () => {
      const stores = [open(), open()];
      const both = (take: (store: OpenStore) => Promise<Committed>) => Promise.all(stores.map(take));
      for (let round = 0; round < 30; round += 1) {
        await stores[round % 2]?.stock({ dough: 1 }, 'raise');
        const taken = both((store) => commitNow(store, crypto.randomUUID(), { entry: 'a', pools: { dough: -1 } }));
        await both((store) => commitNow(store, 'of both', { counters: { t: 1 } }));
        expect((await taken).map(({ outcome }) => outcome).sort()).toEqual(['done', 'insufficient']);
        for (const store of stores) expect((await store.counters()).pools).toEqual({ dough: 0 });
      }
      expect((await stores[0]?.counters())?.counters).toEqual({ t: 60, 'filled:dough': 30 });
    });

    test('many units are given out once each', async () => {
      const stores = [open(), open()];
      await stores[0]?.stock({ dough: 100 }, 'missing');
      const takeAll = async (store: OpenStore): Promise<number> => {
        const take = () => commitNow(store, crypto.randomUUID(), { entry: 'a', pools: { dough: -1 } });
        for (let taken = 0; ; taken += 1) if ((await take()).outcome === 'insufficient') return taken;
      };
      const taken = await Promise.all([...stores, ...stores, ...stores].map(takeAll));
      expect(taken.reduce((sum, one) => sum + one)).toBe(100);
    });

    test('each due document is claimed by one of them', async () => {
      const stores = [open(), open()];
      const ids = times(40, (k) => `o${k}`);
      await Promise.all(ids.map((id) => commitNow(stores[0] as OpenStore, id, { dueAt: LONG_AGO })));
      const claimed = await Promise.all(times(10, (k) => (stores[k % 2] as OpenStore).claimDue(7, AN_HOUR)));
      expect(claimed.flatMap((due) => due.map(({ id }) => id)).sort()).toEqual(ids.sort());
    });

    test('two services know nothing of each other', async () => {
      const other = await makeWhole(open('other'));
      await commitNow(open(), 'o', { entry: 'a', counters: { t: 1 }, pools: { flour: 1 }, dueAt: LONG_AGO });
      expect((await other.load('o')).version).toBe(0);
      expect(await other.counters()).toMatchObject({ counters: {}, pools: {}, oldestDueAt: undefined });
    });
  });

  test('documents that have expired are removed from the stream, and what they added stays for whoever begins later', async () => {
    const store = open();
    const change = { entry: 'a', counters: { t: 1 }, pools: { flour: 2 } };
    await commitNow(store, 'ended', { ...change, expireAfterMs: 5 });
    await commitNow(store, 'due', { ...change, expireAfterMs: 5, dueAt: FAR_AHEAD });
    await commitNow(store, 'open', change);
    await eventually(async () =>
      expect((await store.load('ended')).version + (await store.load('due')).version).toBe(0),
    );
    await store.claimDue(0, 0);
    expect(Object.keys((await infoOf('order.>')).state.subjects ?? {}).sort()).toEqual([
      `${prefix}order.due`,
      `${prefix}order.open`,
    ]);
    expect(await adapter.documentIds(at())).toEqual(expect.arrayContaining(['due', 'open']));
    for (const each of [store, open()])
      expect(await each.counters()).toMatchObject({ counters: { t: 3 }, pools: { flour: 6 }, oldestDueAt: FAR_AHEAD });
    await commitNow(store, 'ended', change);
    for (const each of [store, open()]) {
      expect(await each.load('ended')).toMatchObject({ version: 1 });
      expect(await each.counters()).toMatchObject({ counters: { t: 4 }, pools: { flour: 8 } });
    }
  });

  test('of a process that was killed before it removed them, another one removes the documents', async () => {
    const [store, { life }] = [open(), await lifeIn()];
    const sums = { counters: { t: 1 }, pools: { flour: 2 } };
    await commitNow(store, 'ended', { entry: 'a', ...sums, expireAfterMs: 5 });
    await eventually(async () => expect((await store.load('ended')).version).toBe(0));
    nc.publish(prefix + RETIRED, JSON.stringify({ life, ...sums, keys: [keyOf('ended')] }));
    await nc.flush();
    const other = open();
    expect(await other.counters()).toMatchObject(sums);
    await other.claimDue(0, 0);
    expect((await infoOf('order.>')).state.subjects ?? {}).toEqual({});
    expect(await open().counters()).toMatchObject(sums);
  });

  const lifeIn = async () =>
    JSON.parse(
      new TextDecoder().decode(
        (await (await jetstreamManager(nc)).streams.getMessage(stream, { last_by_subj: `${prefix}life` }))?.data,
      ),
    ) as { life: string };

  test('what a writer of an earlier life appends does not count', async () => {
    const store = open();
    nc.publish(
      prefix + keyOf('o'),
      JSON.stringify({ life: 'earlier', version: 1, entry: 'late', entries: ['late'], counters: { t: 1 }, pools: {} }),
    );
    await nc.flush();
    expect(await store.load('o')).toMatchObject({ version: 0 });
    await commitNow(store, 'o', { entry: 'a' });
    for (const each of [store, open()]) expect(await each.load('o')).toMatchObject({ entries: ['a'] });
    expect((await store.counters()).counters).toEqual({});
  });

  test('a user who may do no more than the store needs can do all of it', async () => {
    await using server = await publishing(subjectsOf({ name: stream, prefix, history: 1 }));
    const url = server.url.replace('set-up', 'service');
    await adapter.prepare(server.url, [{ user: 'service', password: 'secret', stores: ['test'] }]);
    const store = await makeWhole(adapter.open({ ...at(), url }));
    await commitNow(store, 'o', { entry: 'a', expireAfterMs: 1, counters: { t: 1 }, pools: { flour: 1 } });
    await eventually(async () => expect((await store.load('o')).version).toBe(0));
    expect(await store.claimDue(1, 1)).toEqual([]);
    expect(await adapter.documentIds({ ...at(), url })).toEqual([]);
    await store.close();
    const other = adapter.open({ ...at('other'), url, commandTimeoutMs: 500 });
    const cause = { message: expect.stringMatching(/Permissions Violation|'other'|KV_other|EVENTS_other/) };
    await expect(other.load('o')).rejects.toMatchObject({ ...AWAY, cause });
    await other.close();
  });

  test('foreign data under a key is an error that names the document, and all others are served', async () => {
    const store = open();
    nc.publish(prefix + keyOf('bad'), 'no JSON');
    await nc.flush();
    const seen = await store.load('good');
    const committed = await Promise.allSettled(
      ['good', 'bad', 'also good'].map((id) => store.commit(id, seen, { entry: 'a', counters: { t: 1 } })),
    );
    expect(committed).toMatchObject([
      { status: 'fulfilled', value: { outcome: 'done' } },
      { status: 'rejected', reason: { name: 'Error', message: expect.stringMatching(/document bad.*no JSON/) } },
      { status: 'fulfilled', value: { outcome: 'done' } },
    ]);
    expect((await store.counters()).counters).toEqual({ t: 2 });
  });
}

async function publishing(subjects: readonly string[]): Promise<NativeServer> {
  const permissions = { publish: { allow: subjects }, subscribe: { allow: [`${inboxPrefixOf('service')}.>`] } };
  const all = { publish: { allow: ['>'] }, subscribe: { allow: ['>'] } };
  const users = natsUsersConfig([
    { user: 'service', password: 'secret', permissions },
    { user: 'set-up', password: 'secret', permissions: all },
  ]);
  return startNats({ access: { users, as: { user: 'set-up', password: 'secret' } } });
}

const disposable = (store: OpenStore) => Object.assign(store, { [Symbol.asyncDispose]: () => store.close() });
