import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { contractOf, subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { createFailurePolicy } from '#shared/messaging/failure-policy.ts';
import { Terminal } from '#shared/messaging/faults.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream/jetstream-bus.ts';
import type { Delivery } from '#shared/messaging/subscriber.ts';
import { startNats, startRedis } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { type RunningFlow, startFlow } from '#shared/testing/flow-harness.ts';
import { backendAt, inRedis } from '#shared/testing/real-backend.ts';
import { auditSystem } from '../audit-system.ts';

const KITCHEN = 'kitchen-service';
const TYPE = 'chef.assigned';
const program = new URL('./dlq.ts', import.meta.url).pathname;

/** A kitchen that breaks at every chef, is mended, and is given again what it gave up. */
describe('npm run dlq', () => {
  let nats: NativeServer;
  let redis: NativeServer;
  let others: RunningFlow;
  const { services } = choreography;
  const orders = ['first', 'second', 'third'];

  const dlq = async (...args: string[]) => {
    const env = { NATS_URL: nats.url, REDIS_URL: redis.url, FORCE_COLOR: '0' };
    const { stdout, stderr, exitCode } = await execa(process.execPath, [program, ...args], { env, reject: false });
    return { stdout, stderr, exitCode };
  };
  const json = async (...args: string[]) => JSON.parse((await dlq(...args, '--json')).stdout);
  const runs = async (names: (name: string) => boolean) =>
    startFlow({
      backend: await backendAt(nats.url, inRedis(redis.url), pizzaFlow),
      flow: pizzaFlow,
      services: services.filter(({ name }) => names(name)),
    });
  const stored = async (orderId: string) => others.bus.read(subjectOf(pizzaFlow, TYPE, orderId));
  const letters = () => others.bus.deadLetters(KITCHEN);

  beforeAll(async () => {
    [nats, redis] = await Promise.all([startNats(), startRedis()]);
    // It ran before, so that its store is there.
    await (await runs((name) => name === KITCHEN))[Symbol.asyncDispose]();
    others = await runs((name) => name !== KITCHEN);
    const broken = await brokenKitchen(others.bus);
    // A kitchen that knows nothing of it, although it has ended.
    await others.publish('order.cancelled', 'past');
    await others.publish(TYPE, 'past');
    for (const id of orders) await others.publish(pizzaFlow.start, id, contractOf(pizzaFlow, pizzaFlow.start).example);
    await eventually(async () => (await letters()) === orders.length + 1 || undefined, 'the dead letters');
    await broken.drain();
  });
  afterAll(async () => {
    await others?.[Symbol.asyncDispose]();
    await Promise.all([nats?.stop(), redis?.stop()]);
  });

  /** It leaves all but one type to the mended one. */
  const brokenKitchen = (bus: Bus) => {
    const durable = KITCHEN;
    const safely = createFailurePolicy({ bus, flow: pizzaFlow, service: KITCHEN, durable });
    const afraid = safely(async () => {
      throw new Terminal('afraid-of-chefs', 'a chef came in');
    });
    const reacts = services.find(({ name }) => name === KITCHEN)?.reacts(pizzaFlow) ?? {};
    const filters = Object.keys(reacts).map((type) => subjectOf(pizzaFlow, type, '*'));
    const prefix = subjectOf(pizzaFlow, TYPE, '');
    const handle = async (delivery: Delivery) =>
      delivery.subject.startsWith(prefix) ? afraid(delivery) : delivery.nak(1_000);
    return bus.consume({ durable, filters, handle });
  };

  it('lists what there is by its cause, and shows one whole', async () => {
    const groups = await json('list');
    expect(groups).toEqual([
      {
        service: KITCHEN,
        type: TYPE,
        reason: 'afraid-of-chefs',
        count: 4,
        oldest: expect.any(String),
        id: '1',
        error: 'a chef came in',
      },
    ]);
    expect((await dlq('list')).stdout).toContain('afraid-of-chefs');
    expect(await json('list', '--type', 'payment.completed')).toEqual([]);
    const { stdout } = await dlq('show', '2');
    expect(stdout).toMatch(/Dead letter 2.*a chef came in.*ce-id: chef-\w+-assigned-.*"chefName"/s);
    expect(await dlq('show', '99')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no dead letter 99'),
    });
  });

  it('publishes nothing in a dry run, and nothing without being told which', async () => {
    const plan = await json('redrive', '--reason', 'afraid-of-chefs', '--dry-run');
    expect(plan.filter(({ outcome }: { outcome: string }) => outcome === 'would be published')).toHaveLength(3);
    expect(await dlq('redrive')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Say which') });
    expect(await letters()).toBe(4);
    for (const id of orders) expect(await stored(id)).toHaveLength(1);
  });

  it('publishes one again as it was, under a fresh Nats-Msg-Id, and takes only its letter away', async () => {
    const [original] = await stored('first');
    const { id } = (await json('show', '2')) as { id: string };
    await dlq('redrive', id);
    const again = (await Promise.all(orders.map(stored))).find((copies) => copies.length === 2)?.at(-1);
    expect(again?.headers['ce-id']).toMatch(/^chef-/);
    const { 'nats-msg-id': fresh, ...headers } = again?.headers ?? {};
    expect(fresh).toMatch(/^redrive:\d+$/);
    expect(Object.keys(headers).filter((name) => name.startsWith('dlq-'))).toEqual([]);
    expect(Object.keys(headers).sort()).toEqual(
      Object.keys(original?.headers ?? {})
        .filter((name) => name !== 'nats-msg-id')
        .sort(),
    );
    expect(await letters()).toBe(3);
  });

  it('publishes a whole group again at a rate, and the mended kitchen completes the orders', async () => {
    await using kitchen = await runs((name) => name === KITCHEN);
    const began = performance.now();
    const { exitCode, stdout } = await dlq('redrive', '--reason', 'afraid-of-chefs', '--rate', '2');
    expect(performance.now() - began).toBeGreaterThan(500);
    for (const id of orders) await kitchen.until('kitchen.ready', id);
    // One of them has ended, and the kitchen knows nothing of it.
    expect(stdout).toMatch(
      /Refused: chef.assigned of order past .*letter 1 stays: order past has ended, and kitchen-service would begin it again/,
    );
    expect(exitCode).toBe(1);
    expect(await letters()).toBe(1);
    expect(await json('list')).toMatchObject([{ count: 1, id: '1' }]);
  });

  it('discards one with a reason, which is kept, listed and an explanation to the audit', async () => {
    expect(await dlq('discard', '1')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('--reason <text>'),
    });
    expect(await dlq('discard', '99', '--reason', 'x')).toMatchObject({ exitCode: 1 });
    expect(await letters()).toBe(1);
    const why = 'order past: made by hand – paid in cash';
    expect(await dlq('discard', '1', '--reason', why)).toMatchObject({ exitCode: 0 });
    expect(await letters()).toBe(0);
    expect(await json('list')).toEqual([]);
    const { stdout } = await dlq('list');
    const id =
      /^(\d+), chef\.assigned at kitchen-service, was discarded: order past: made by hand – paid in cash$/m.exec(
        stdout,
      )?.[1];
    expect(await json('show', String(id))).toMatchObject({
      service: KITCHEN,
      reason: 'afraid-of-chefs',
      orderId: 'past',
      discarded: { reason: why, at: expect.stringMatching(/^20/) },
    });
    const report = await auditSystem({
      natsUrl: nats.url,
      stores: inRedis(redis.url),
      flow: pizzaFlow,
    });
    expect(report.deadLetters).toEqual({ kept: 1, explained: 1 });
    expect(await dlq('discard', String(id), '--reason', 'again')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`was discarded already: ${why}`),
    });
  });

  it('shows what the broker gave up without a letter, and publishes it again', async () => {
    await using bus = await giveUp('lost');
    expect(bus.status).toBe('connected');
    const [group] = await eventually(async () => {
      const found = await json('list', '--service', 'sleepy-service');
      return found.length > 0 ? found : undefined;
    }, 'the advisory');
    expect(group).toMatchObject({
      type: 'order.timeout',
      reason: 'max-deliveries',
      count: 1,
      id: expect.stringMatching(/^adv-/),
    });
    await dlq('redrive', group.id);
    expect(await others.bus.read(subjectOf(pizzaFlow, 'order.timeout', 'lost'))).toHaveLength(2);
    // It is given up once more, as a message of its own; of the first one nothing is left.
    const next = await eventually(async () => {
      const [found] = await json('list', '--service', 'sleepy-service');
      return found?.id === group.id ? undefined : found;
    }, 'the second advisory');
    expect(next).toMatchObject({ count: 1, reason: 'max-deliveries' });
  });

  /** A consumer that never answers: the broker gives the message up by itself. */
  async function giveUp(orderId: string): Promise<Bus & AsyncDisposable> {
    const bus = await createJetStreamBus({
      url: nats.url,
      flow: pizzaFlow,
      name: 'sleepy-service',
      ackWaitMs: 300,
      maxDeliver: 1,
      retentionMs: 7_200_000,
      deadLetterRetentionMs: 7_200_000,
    });
    const durable = 'sleepy-service';
    await bus.consume({
      durable,
      filters: [subjectOf(pizzaFlow, 'order.timeout', '*')],
      handle: async () => undefined,
    });
    await others.publish('order.timeout', orderId);
    return Object.assign(bus, { [Symbol.asyncDispose]: () => bus.close() });
  }
});
