import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { auditSystem } from '#shared/audit/audit-system.ts';
import { contractOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import { startNats, startRedis } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import type { OpenStore } from '#shared/store/store.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { type RunningFlow, startFlow } from '#shared/testing/flow-harness.ts';
import { backendAt, inRedis } from '#shared/testing/real-backend.ts';

const flow = pizzaFlow;
const KEEPERS = ['kitchen-service', 'payment-service', 'inventory-service', 'chef-service'];
const AT_ONCE = 100;

let nats: NativeServer;
let redis: NativeServer;
let admin: Redis;
let running: RunningFlow;

/** Mostly what can be made; the rest fails in each way in which an order can be refused. */
function orderOf(nth: number): Record<string, unknown> {
  const { example } = contractOf(flow, flow.start);
  if (nth % 10 === 3) return { ...example, customerId: 'cust-declined' };
  if (nth % 10 === 5) return { ...example, pizzaType: 'tartufo' };
  return nth % 10 === 7 ? { ...example, pizzaType: 'pizza-fritta' } : example;
}

/** Again while the broker is away, or too busy to answer: the stream knows a copy. */
async function announce(nth: number): Promise<void> {
  const announced = () => running.publish(flow.start, `o${nth}`, orderOf(nth)).then(() => true, ifUnavailable);
  await eventually(announced, `order ${nth} announced`, 240_000);
}

function ifUnavailable(error: unknown): undefined {
  if (!(error instanceof Unavailable)) throw error;
}

async function orders(from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, to - at) }, (_, k) => announce(at + k)));
}

/** Announces so many orders, and does harm when about that share of them has been seen by the kitchen. */
async function harmInMidFlow(from: number, many: number, share: number, harm: () => Promise<unknown>): Promise<void> {
  const announced = orders(from, from + many);
  const seen = async () =>
    (await running.counters('kitchen-service').catch(() => undefined))?.counters['stage:created'] ?? 0;
  await eventually(async () => (await seen()) - from >= many * share || undefined, 'orders in flight', 240_000);
  await harm();
  await announced;
}

const wipe = () => admin.flushall();

async function healths(): Promise<string[]> {
  return Promise.all(KEEPERS.map((name) => using(name, async (store) => (await store.health()).is)));
}

const untilWhole = () =>
  eventually(async () => (await healths()).every((is) => is === 'whole') || undefined, 'every store whole', 120_000);

async function using<T>(prefix: string, task: (store: OpenStore) => Promise<T>): Promise<T> {
  const store = (await backendAt(nats.url, inRedis(redis.url), flow)).openStore(prefix);
  try {
    return await task(store);
  } finally {
    await store.close();
  }
}

/** Nothing is owed, every invariant holds, and the stream has that many orders. */
async function expectBalance(many: number): Promise<void> {
  await untilWhole();
  await running.rest();
  const waitForRest = { withinMs: 120_000 };
  const report = await auditSystem({
    natsUrl: nats.url,
    stores: inRedis(redis.url),
    flow,
    waitForRest,
  });
  expect(report.invariants.filter(({ violations, notJudged }) => violations > 0 || notJudged)).toEqual([]);
  expect(report).toMatchObject({ atRest: true, orders: { seen: many }, deadLetters: { kept: 0 } });
}

describe('a store that loses its data', { timeout: 400_000 }, () => {
  let known = 0;
  const harm = async (many: number, share: number, what: () => Promise<unknown>): Promise<void> => {
    await harmInMidFlow(known, many, share, what);
    known += many;
  };

  beforeAll(async () => {
    nats = await startNats();
    redis = await startRedis();
    admin = new Redis(redis.url);
    const { services } = choreography;
    const kitchen = services.filter(({ name }) => name === 'kitchen-service');
    running = await startFlow({
      backend: await backendAt(nats.url, inRedis(redis.url), flow),
      flow,
      services: [...services, ...kitchen],
    });
  });
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    admin?.disconnect();
    await redis?.stop();
    await nats?.stop();
  });

  it('is whole after a first start, without a rebuild', async () => {
    expect(await healths()).toEqual(KEEPERS.map(() => 'whole'));
  });

  it('is rebuilt from the stream: 5,000 orders in flight at two kitchens end once each, and everything balances', async () => {
    await harm(5_000, 0.4, wipe);
    await expectBalance(known);
  });

  it('is rebuilt although it is wiped again meanwhile', async () => {
    await harm(1_000, 0.3, async () => {
      await wipe();
      for (let again = 0; again < 3; again += 1) {
        await eventually(async () => (await healths()).includes('rebuilding') || undefined, 'a rebuild', 60_000);
        await wipe();
      }
    });
    await expectBalance(known);
  });

  it('is rebuilt although the broker restarts meanwhile', async () => {
    await harm(1_000, 0.3, async () => {
      const restarted = nats.restart('SIGKILL');
      await wipe();
      await restarted;
    });
    await expectBalance(known);
  });

  it('is made up for by the end of the stream when its server is killed without its last second', async () => {
    await harm(1_000, 0.3, () => redis.restart('SIGKILL'));
    await expectBalance(known);
  });
});
