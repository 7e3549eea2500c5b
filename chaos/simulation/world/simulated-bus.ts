import type { Bus } from '#shared/messaging/bus.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { WireMessage } from '#shared/messaging/publisher.ts';
import type { Consumer, Delivery } from '#shared/messaging/subscriber.ts';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

type Handle = (delivery: Delivery) => Promise<void>;
/** Durable -> the handlers of its replicas: a redelivery may go to any of them. */
export type Members = Map<string, Set<Handle>>;

/** A copy is stored or delivered at most so much later. */
const COPY_WITHIN_MS = 4_000;
/** Extra latency of a delivery. */
const REORDER_MS = [5, 400] as const;
const DELAY_MS = [600, 6_000] as const;

/** The broker as one process reaches it. Its consumers end with the process; what was unacknowledged is redelivered. */
export function simulatedBus(world: World, process: SimulatedProcess, members: Members): Bus {
  const { broker, timeline } = world;
  const reach = async <T>(name: 'publish' | 'read', subject: string, ask: () => Promise<T>): Promise<T> => {
    const orderId = orderOf(subject);
    await process.step(`before ${name}`, orderId);
    if (world.isAway('broker')) throw new Unavailable('broker');
    const answer = await ask();
    const onTheWay = process.answered(`after ${name}`, orderId);
    if (onTheWay) await onTheWay;
    return answer;
  };
  return {
    get status() {
      return timeline.now() < world.awayUntil.broker ? 'away' : 'connected';
    },
    get connectedSince() {
      return Math.max(process.startedAt, world.awayUntil.broker);
    },
    publishWithinMs: 500,
    async publish(message, options) {
      const orderId = orderOf(message.subject);
      const ack = await reach('publish', message.subject, async () => {
        if (world.happens('publishLost', orderId)) throw new Unavailable('broker');
        const stored = await broker.publish(message, options);
        copyLater(world, message);
        return stored;
      });
      if (world.happens('pubAckLost', orderId)) throw new Unavailable('broker');
      return ack;
    },
    async *replay(filters, first) {
      await reach('read', '', async () => undefined);
      for await (const message of broker.replay(filters, first)) {
        if (timeline.now() < world.awayUntil.broker) throw new Unavailable('broker');
        yield message;
      }
    },
    lastSequence: () => reach('read', '', broker.lastSequence),
    identity: () => reach('read', '', broker.identity),
    settledUpTo: (durables) => reach('read', '', () => broker.settledUpTo(durables)),
    read: (subject, from) => reach('read', subject, () => broker.read(subject, from)),
    consume: (consumer) => consume(world, process, members, consumer),
    async caughtUp(durables, withinMs) {
      await process.step('before caughtUp', undefined);
      return !world.isAway('broker') && (await broker.caughtUp(durables, withinMs)) && process.alive;
    },
    follow: broker.follow,
    durableStates: broker.durableStates,
    streamFill: broker.streamFill,
    deadLetters: broker.deadLetters,
    close: async () => undefined,
  };
}

async function consume(world: World, process: SimulatedProcess, members: Members, consumer: Consumer) {
  const handlers = members.get(consumer.durable) ?? new Set();
  members.set(consumer.durable, handlers);
  const handle = deliver(world, process, consumer, handlers);
  handlers.add(handle);
  const consumption = await world.broker.consume({ ...consumer, handle });
  process.whenDead(() => {
    handlers.delete(handle);
    void consumption.drain();
  });
  return consumption;
}

/** Wraps a consumer's handler in the faults of a delivery and of its acknowledgement. */
function deliver(world: World, process: SimulatedProcess, consumer: Consumer, handlers: ReadonlySet<Handle>): Handle {
  const run = async (delivery: Delivery): Promise<void> => {
    const { subject } = delivery;
    const orderId = orderOf(subject);
    await process.step(`on ${subject.slice(0, -orderId.length - 1)}`, orderId, onTheWay(world, orderId));
    const kept = world.happens('drop', orderId) ? { ...delivery, ack: () => undefined } : delivery;
    await consumer.handle(kept).catch((error) => world.broken.push(error));
  };
  return (delivery) => {
    const orderId = orderOf(delivery.subject);
    const isAway = world.timeline.now() < world.awayUntil.broker;
    if (isAway || world.happens('deliveryLost', orderId)) return Promise.resolve();
    if (world.happens('redelivery', orderId)) deliverAgain(world, delivery, handlers);
    return untilDead(process, run(delivery));
  };
}

/** The same message again, to any replica that is alive by then. */
function deliverAgain(world: World, delivery: Delivery, handlers: ReadonlySet<Handle>): void {
  const again = { ...delivery, deliveryCount: delivery.deliveryCount + 1 };
  const within = world.dice.chance(0.8) ? world.dice.between(0, 20) : world.dice.between(0, COPY_WITHIN_MS);
  world.later(within, () => {
    const [first, ...others] = handlers;
    return first && world.dice.pick([first, ...others])(again);
  });
}

function onTheWay(world: World, orderId: string): number {
  if (world.happens('delay', orderId)) return world.dice.between(...DELAY_MS);
  return world.happens('reorder', orderId) ? world.dice.between(...REORDER_MS) : world.latency();
}

/** Ends with the work, or with the process: the broker then redelivers after ACK_WAIT, as after a closed connection. */
export function untilDead(process: SimulatedProcess, work: Promise<void>): Promise<void> {
  return new Promise((leave, fail) => {
    const release = process.whenDead(leave);
    work.then(leave, fail).finally(release);
  });
}

/** With a Nats-Msg-Id of its own, so that the stream does not de-duplicate it. */
function copyLater(world: World, message: WireMessage): void {
  const orderId = orderOf(message.subject);
  if (message.subject.startsWith('dlq.') || !world.happens('duplicate', orderId)) return;
  const headers = { ...message.headers, 'Nats-Msg-Id': `copy-${world.faults.duplicate}` };
  world.later(world.dice.between(0, COPY_WITHIN_MS), () => world.broker.publish({ ...message, headers }));
}

const orderOf = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1);
