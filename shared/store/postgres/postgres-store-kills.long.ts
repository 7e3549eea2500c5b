import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startPostgres } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { freeze } from '#shared/testing/freeze.ts';
import { refusals, startCommitting } from '../contract/faults.ts';
import { AWAY, commitNow, eventually, makeWhole, times } from '../contract/fixtures.ts';
import type { OpenStore } from '../store.ts';
import { createPostgresStore } from './postgres-store.ts';
import { prepareStores } from './prepare.ts';

let postgres: NativeServer;
let store: OpenStore;

const open = (commandTimeoutMs = 10_000) =>
  createPostgresStore({ url: postgres.url, service: 'test-service', commandTimeoutMs });
const IMPATIENT_MS = 500;

beforeEach(async () => {
  postgres = await startPostgres({ durable: true });
  await prepareStores(postgres.url, []);
  store = await makeWhole(open());
});
afterEach(async () => {
  await store.close();
  await postgres.stop();
});

test('a server killed again and again in the midst of work: it is whole at once, and nothing that it answered is lost', async () => {
  const committing = startCommitting(store);
  for (let kill = 1; kill <= 5; kill += 1) {
    await committing.more(50);
    await postgres.restart('SIGKILL');
    expect(await eventually(() => store.health())).toMatchObject({ is: 'whole' });
  }
  await committing.end();
  await committing.expectAllIn(store);
});

test('a frozen server: calls are refused together instead of hanging, and done again once it goes on', async () => {
  await commitNow(store, 'o', { entry: 'e1' });
  const impatient = open(IMPATIENT_MS);
  const seen = await eventually(() => impatient.load('o'));
  await eventually(() => impatient.commit('other', { ...seen, version: 0 }, { entry: 'a' }));
  await freeze(postgres);
  try {
    await expect(impatient.commit('o', seen, { entry: 'e2' })).rejects.toMatchObject(AWAY);
    const began = performance.now();
    for (const refusal of await refusals(impatient)) expect(refusal).toMatchObject(AWAY);
    expect(performance.now() - began).toBeLessThan(4 * IMPATIENT_MS);
    await impatient.close();
  } finally {
    postgres.signal('SIGCONT');
  }
  // The outcome of e2 was unknown; committing it again on what was read finds out.
  await eventually(() => store.commit('o', seen, { entry: 'e2' }));
  expect((await store.load('o')).entries).toEqual(['e1', 'e2']);
});

test('a server that takes no more clients is away, and lets the store in when it does', async () => {
  const others = times(120, () => new Client(postgres.url));
  for (const other of others) other.on('error', () => undefined);
  await Promise.allSettled(others.map((other) => other.connect()));
  const refused = open(IMPATIENT_MS);
  await expect(refused.load('o')).rejects.toMatchObject(AWAY);
  await Promise.allSettled(others.map((other) => other.end()));
  expect(await eventually(() => refused.load('o'))).toMatchObject({ version: 0 });
  await refused.close();
});

test('two replicas that commit the same orders in any order never wait for each other in a circle', async () => {
  const [left, right] = [store, open()];
  const ids = times(100, (k) => `o${k}`);
  const commitAll = (of: OpenStore, order: string[]) =>
    Promise.all(
      order.map((id) => commitNow(of, id, { entry: 'a', counters: { [id]: 1, all: 1 }, pools: { [id]: 1 } })),
    );
  for (let round = 0; round < 20; round += 1)
    await Promise.all([commitAll(left, ids), commitAll(right, ids.toReversed())]);
  const { counters } = await right.counters();
  const loaded = await Promise.all(ids.map((id) => left.load(id)));
  expect(counters.all).toBe(loaded.reduce((sum, { version }) => sum + version, 0));
  await right.close();
});
