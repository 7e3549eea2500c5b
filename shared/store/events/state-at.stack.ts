import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNats } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { commitNow, eventually, FAR_AHEAD, makeWhole } from '../contract/fixtures.ts';
import type { OpenStore } from '../store.ts';
import { eventsAdapter } from './events-store.ts';
import { stateAt } from './state-at.ts';

let nats: NativeServer;
let store: OpenStore;
const at = () => ({ url: nats.url, service: 'test' });

beforeAll(async () => {
  nats = await startNats();
  await eventsAdapter.prepare(nats.url, [{ user: 'a', password: '', stores: ['test'] }]);
  store = await makeWhole(eventsAdapter.open(at()));
});
afterAll(async () => {
  await store.close();
  await nats.stop();
});

test('a document and the counters are told as of every sequence and time of the log', async () => {
  await store.stock({ flour: 5 }, 'missing');
  const { sequence: before } = await stateAt(at(), { time: FAR_AHEAD });
  await commitNow(store, 'o', { entry: 'a', counters: { t: 1 }, pools: { flour: -2 }, dueAt: FAR_AHEAD });
  await store.stock({ flour: 9 }, 'raise');
  await commitNow(store, 'p', { entry: 'x', counters: { t: 1 } });
  await commitNow(store, 'o', { entry: 'b', counters: { t: 1, u: 1 }, dueAt: 'never' });

  const past = (steps: number) => stateAt(at(), { sequence: before + steps });
  const told = await Promise.all([0, 1, 2, 3, 4].map(past));
  expect(told.map(({ document }) => document('o').entries)).toEqual([[], ['a'], ['a'], ['a'], ['a', 'b']]);
  expect(told.map(({ document }) => document('p').version)).toEqual([0, 0, 0, 1, 1]);
  expect(told.map(({ counters }) => counters().pools)).toEqual([5, 3, 9, 9, 9].map((flour) => ({ flour })));
  expect(told[1]?.counters()).toMatchObject({ counters: { t: 1 }, oldestDueAt: FAR_AHEAD });
  expect(told[4]?.counters()).toMatchObject({ counters: { t: 3, u: 1 }, oldestDueAt: undefined });
  for (const { sequence, time } of told) expect(await stateAt(at(), { time })).toMatchObject({ sequence, time });
  expect(await stateAt(at(), { time: 0 })).toMatchObject({ sequence: 0 });
});

test('a point before documents were removed is refused, and the earliest point is named', async () => {
  const { sequence: before } = await stateAt(at(), { time: FAR_AHEAD });
  await commitNow(store, 'ended', { entry: 'a', counters: { ended: 1 }, expireAfterMs: 1 });
  await eventually(async () => expect((await store.load('ended')).version).toBe(0));
  await store.claimDue(0, 0);
  const fault: unknown = await stateAt(at(), { sequence: before }).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(RangeError);
  const earliest = Number(/from (\d+) on/.exec(String(fault))?.[1]);
  expect((await stateAt(at(), { sequence: earliest })).counters().counters).toMatchObject({ ended: 1 });
});

test('without a server the store is away', async () => {
  const nowhere = stateAt({ ...at(), url: 'nats://127.0.0.1:1', commandTimeoutMs: 100 }, { time: 0 });
  await expect(nowhere).rejects.toMatchObject({ name: 'Unavailable', dependency: 'store' });
});
