import { execa } from 'execa';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { contractOf, deadLetterSubject, subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { entryOf, type RecordedEvent } from '#shared/kernel/recorded-event.ts';
import { startNats, startRedis } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { prefixOf } from '#shared/store/redis/redis-store.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { type RunningFlow, startFlow } from '#shared/testing/flow-harness.ts';
import { backendAt, inRedis } from '#shared/testing/real-backend.ts';
import { auditSystem } from './audit-system.ts';
import { openStores } from './open-stores.ts';
import type { AuditReport } from './report.ts';
import { JOURNAL } from './store-records.ts';

const order = { ...contractOf(pizzaFlow, pizzaFlow.start).example };
const clean = {
  good: order,
  euro: { ...order, currency: 'EUR' },
  declined: { ...order, customerId: 'cust-declined' },
  'sold-out': { ...order, pizzaType: 'tartufo' },
  'no-chef': { ...order, pizzaType: 'pizza-fritta' },
};
const program = new URL('./audit.ts', import.meta.url).pathname;

/** A real system whose books are right, and then each kind of wrong entry in them. */
describe('the audit', () => {
  let nats: NativeServer;
  let redis: NativeServer;
  let running: RunningFlow;
  let stores: Awaited<ReturnType<typeof openStores>>;
  let admin: Redis;

  const place = async (orders: Readonly<Record<string, Record<string, unknown>>>) => {
    for (const [id, data] of Object.entries(orders)) await running.publish(pizzaFlow.start, id, data);
    await running.rest();
  };

  beforeAll(async () => {
    [nats, redis] = await Promise.all([startNats(), startRedis()]);
    admin = new Redis(redis.url);
    stores = await openStores(inRedis(redis.url));
    const backend = await backendAt(nats.url, inRedis(redis.url), pizzaFlow);
    running = await startFlow({ backend, flow: pizzaFlow, services: choreography.services });
    await place(clean);
  });
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await stores?.[Symbol.asyncDispose]();
    admin?.disconnect();
    await Promise.all([nats?.stop(), redis?.stop()]);
  });

  const look = (options: Partial<Parameters<typeof auditSystem>[0]> = {}): Promise<AuditReport> =>
    auditSystem({
      natsUrl: nats.url,
      stores: inRedis(redis.url),
      flow: pizzaFlow,
      waitForRest: { withinMs: 30_000 },
      ...options,
    });
  const violated = ({ invariants }: AuditReport) =>
    invariants.filter(({ violations }) => violations > 0).map(({ name }) => name);
  const examples = ({ invariants }: AuditReport, wanted: string) =>
    invariants.find(({ name }) => name === wanted)?.examples;

  it('finds nothing wrong with a system at rest, and says what it looked at', async () => {
    const report = await look({ accepted: Object.keys(clean) });
    expect(report.invariants.filter(({ violations, notJudged }) => violations > 0 || notJudged)).toEqual([]);
    expect(report).toMatchObject({
      clean: true,
      atRest: true,
      violations: 0,
      orders: { seen: 5, underWay: 0, older: 0 },
      outcomes: { ready: 2, cancelled: 3, timeout: 0 },
      deadLetters: { kept: 0, explained: 0 },
      money: {
        GBP: { captured: 3 * 1_599, sold: 1_599, refunded: 2 * 1_599, held: 0, refundDue: 0 },
        EUR: { captured: 1_599, sold: 1_599 },
      },
    });
  });

  it('is a command: a table and exit code 0, or JSON', async () => {
    const env = { NATS_URL: nats.url, REDIS_URL: redis.url, NO_COLOR: '1', FORCE_COLOR: undefined };
    const text = await execa(process.execPath, [program], { env });
    expect(text.stdout).toMatch(/5 orders: ready 2, cancelled 3, timeout 0, under way 0/);
    expect(text.stdout).toMatch(/one outcome per order +5 +0\n[\s\S]*Clean/);
    const json = await execa(process.execPath, [program, '--json'], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({ clean: true, violations: 0, orders: { seen: 5 } });
  });

  it('names an order that was accepted and never announced', async () => {
    const report = await look({ accepted: ['good', 'never'] });
    expect(violated(report)).toEqual(['what was accepted is announced']);
    expect(examples(report, 'what was accepted is announced')).toEqual([
      { orderId: 'never', detail: 'accepted, but the stream holds no order.created' },
    ]);
  });

  const keyOf = (prefix: string, id: string) => `${prefixOf(prefix)}:order:${id}`;
  const recorded = (id: string, type: string, data: Record<string, unknown>): RecordedEvent => ({
    id,
    type,
    data,
    occurredAt: Date.now(),
    storedAt: Date.now(),
  });
  const write = (prefix: string, id: string, events: readonly RecordedEvent[]) =>
    stores.of(prefix).commit(id, { version: 0, epoch: '' }, { entry: entryOf(events) });
  const charge = (paymentId: string, orderId: string) => {
    const answer = { status: 'captured', amount: 1_599, currency: 'GBP', transactionId: 'txn' };
    return write(JOURNAL, paymentId, [recorded('charge', 'gateway.charge', { orderId, answer })]);
  };

  /** One more ready order each, to which something is done that no code does. */
  it.each<{ what: string; orderId: string; harm: (orderId: string) => Promise<unknown>; caughtBy: [string, RegExp][] }>(
    [
      {
        what: 'a second outcome',
        orderId: 'ended-twice',
        harm: (id) => running.publish('order.timeout', id),
        caughtBy: [
          ['one outcome per order', /^outcomes: \[kitchen-ended-twice-ready-001,order-ended-twice-timeout-001\]$/],
        ],
      },
      {
        what: 'two contents under one event id',
        orderId: 'reused',
        harm: (id) =>
          running.publish('kitchen.ready', id, { ...contractOf(pizzaFlow, 'kitchen.ready').example }, { again: true }),
        caughtBy: [['one content per event id', /two contents of \[kitchen-reused-ready-001\]/]],
      },
      {
        what: 'a refund of what was sold',
        orderId: 'refunded',
        harm: (id) => running.publish('payment.refund', id, { paymentId: `pay-${id}-001`, reason: 'a mistake' }),
        caughtBy: [
          ['what was not used is asked back, once', /payment.refund for \[pay-refunded-001\], owed for \[\]/],
          ['captured = sold + refunded', /money of \[\] is kept, sold was \[pay-refunded-001\]/],
        ],
      },
      {
        what: 'a report of something undone that nobody asked for',
        orderId: 'released',
        harm: (id) => running.publish('chef.released', id, { chefId: 'chef-mario', reason: 'a mistake' }),
        caughtBy: [['what was asked back is undone, once', /chef.released for \[chef-mario\], owed for \[\]/]],
      },
      {
        what: 'a charge that nobody announced',
        orderId: 'charged-twice',
        harm: (id) => charge(`pay-${id}-002`, id),
        caughtBy: [
          ['captured = sold + refunded', /the gateway captured \[pay-charged-twice-001,pay-charged-twice-002\]/],
        ],
      },
      {
        what: 'an entry that is gone from the gateway’s journal',
        orderId: 'not-charged',
        harm: (id) => admin.del(keyOf(JOURNAL, `pay-${id}-001`)),
        caughtBy: [['captured = sold + refunded', /the gateway captured \[\], announced were \[pay-not-charged-001\]/]],
      },
      {
        what: 'an entry that is gone from the ledger',
        orderId: 'not-in-ledger',
        harm: (id) => admin.del(keyOf('payment-service', id)),
        caughtBy: [['the ledger knows every payment', /knows nothing of \[payment-not-in-ledger-completed-001\]/]],
      },
      {
        what: 'work that began after the end',
        orderId: 'begun-late',
        harm: async (id) => {
          await running.publish('order.cancelled', id);
          await running.rest();
          await admin.del(keyOf('chef-service', id));
          const consumed = ['order.cancelled', 'order.created'].map((type) =>
            recorded(`late-${type}`, type, { orderId: id }),
          );
          const assigned = recorded(`chef-${id}-assigned-${await ordinalOf(id)}`, 'chef.assigned', { orderId: id });
          await write('chef-service', id, [...consumed, { ...assigned, own: true }]);
        },
        caughtBy: [['no work begins after the end', /chef-service knew that the order had ended/]],
      },
    ],
  )('names an order with $what', async ({ orderId, harm, caughtBy }) => {
    await place({ [orderId]: order });
    const before = await look();
    for (const [invariant] of caughtBy)
      expect(examples(before, invariant)?.map((example) => example.orderId)).not.toContain(orderId);
    await harm(orderId);
    await running.rest();
    const report = await look();
    expect(report.clean).toBe(false);
    for (const [invariant, detail] of caughtBy)
      expect(examples(report, invariant)).toContainEqual({ orderId, detail: expect.stringMatching(detail) });
  });

  /** The chef's event id has a hash of the chef in it. */
  async function ordinalOf(orderId: string): Promise<string> {
    const [assigned] = await running.bus.read(subjectOf(pizzaFlow, 'chef.assigned', orderId));
    return assigned?.headers['ce-id']?.split('-').at(-1) ?? '';
  }

  it('names a charge for an order that does not exist', async () => {
    await charge('pay-nobody-001', 'nobody');
    expect(examples(await look(), 'nobody is charged for no order')).toEqual([
      { orderId: 'nobody', detail: 'was charged, but the stream holds no such order' },
    ]);
  });

  it('names a pool and a total that do not balance', async () => {
    const olives = await admin.hincrby(`${prefixOf('inventory-service')}:pools`, 'olives', -50);
    await admin.hincrby(`${prefixOf('kitchen-service')}:counters`, 'stage:ready', 1);
    const report = await look();
    expect(examples(report, 'stock and chefs balance')?.map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(`inventory-service has ${olives} of olives, but must have ${olives + 50} of the`),
    );
    expect(examples(report, 'counters agree with events')?.map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(/^stage:ready is \d+, but must be \d+$/),
    );
  });

  it('names dead letters, unless they are expected', async () => {
    const headers = { 'Dlq-Reason': 'a-test', 'Dlq-Service': 'chef-service', 'Dlq-Subject': 'pizza.chef.release.good' };
    await running.bus.publish({ subject: deadLetterSubject('chef-service', 'chef.release'), headers, body: '{}' });
    const { kept } = (await look()).deadLetters;
    expect(examples(await look(), 'dead letters are explained')).toContainEqual({
      orderId: 'good',
      detail: expect.stringMatching(/chef.release at chef-service: a-test/),
    });
    expect((await look({ expectDeadLetters: ['a-test'] })).deadLetters).toEqual({ kept, explained: 1 });
    expect(violated(await look({ expectDeadLetters: 'all' }))).not.toContain('dead letters are explained');
  });

  it('takes an order for under way until it is overdue, and says what is owed when nothing comes to rest', async () => {
    await running[Symbol.asyncDispose]();
    const backend = await backendAt(nats.url, inRedis(redis.url), pizzaFlow);
    running = await startFlow({ backend, flow: pizzaFlow, services: [] });
    await running.publish(pizzaFlow.start, 'on-its-way', order);
    const now = { natsUrl: nats.url, stores: inRedis(redis.url), flow: pizzaFlow };
    const meanwhile = await auditSystem(now);
    // The other one is the order that was charged twice: the second payment might still be announced.
    expect(meanwhile).toMatchObject({ atRest: false, orders: { underWay: 2 } });
    expect(examples(meanwhile, 'one outcome per order')?.map(({ orderId }) => orderId)).not.toContain('on-its-way');
    expect(meanwhile.invariants.find(({ name }) => name === 'counters agree with events')).toMatchObject({
      violations: 0,
      notJudged: 'orders are under way',
    });
    const overdue = await auditSystem({ ...now, overdueMs: 0 });
    expect(examples(overdue, 'one outcome per order')).toContainEqual({
      orderId: 'on-its-way',
      detail: 'outcomes: []',
    });
    const waited = await look({ waitForRest: { withinMs: 600 } });
    expect(examples(waited, 'comes to rest')?.[0]?.detail).toMatch(/still owed: chef-service has 1 messages to take/);
  });
});

it('judges what it can of a system in which a service does not run', async () => {
  await using nats = await startNats();
  await using redis = await startRedis();
  const services = choreography.services;
  const run = async (name: (service: string) => boolean) =>
    startFlow({
      backend: await backendAt(nats.url, inRedis(redis.url), pizzaFlow),
      flow: pizzaFlow,
      services: services.filter((service) => name(service.name)),
    });
  const first = await run(() => true);
  await first.publish(pizzaFlow.start, 'before', order);
  await first.rest();
  await first[Symbol.asyncDispose]();
  await redis.restart('SIGTERM');
  await using _without = await run((name) => name !== 'chef-service');
  const why = 'the store chef-service was not opened since its server started: does its service run?';
  const othersJudged = async () => {
    const report = await auditSystem({
      natsUrl: nats.url,
      stores: inRedis(redis.url),
      flow: pizzaFlow,
    });
    return report.invariants.every(({ notJudged }) => !notJudged || notJudged === why) ? report : undefined;
  };
  const report = await eventually(othersJudged, 'the stores of the services that run to be rebuilt');
  expect(report).toMatchObject({ clean: true, atRest: false, orders: { seen: 1 }, outcomes: { ready: 1 } });
  expect(report.invariants.flatMap(({ name, notJudged }) => (notJudged ? [[name, notJudged]] : []))).toEqual([
    ['nobody is charged for no order', why],
    ['stock and chefs balance', why],
    ['counters agree with events', why],
  ]);
});
