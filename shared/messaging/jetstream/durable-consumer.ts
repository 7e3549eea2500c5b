import type { Msg } from '@nats-io/transport-node';
import type { Gathering } from '../gathering.ts';
import type { Consumer, Consumption, Delivery } from '../subscriber.ts';
import { deliveryOf } from './jetstream-delivery.ts';
import type { NatsLink } from './nats-link.ts';
import { PullLoop } from './pull-loop.ts';

export interface DurableConsumerOptions {
  readonly link: NatsLink;
  readonly stream: string;
  readonly ackWaitMs: number;
  /** In which acknowledgements go out. */
  readonly acks: Gathering;
  /** Creates the durable where it does not exist. */
  readonly ensure: () => Promise<void>;
}

/** Queued beside what is being handled: enough to never wait for the network, little enough not to starve another replica. */
const PREFETCH = 256;

interface Held {
  readonly delivery: Delivery;
  /** When the broker's deadline last began, on the clock of performance.now(). */
  heldSince: number;
}

/**
 * Pulls from a durable: at most `concurrency` handlers at once, at most 256 messages more waiting here. What waits or is
 * handled for long tells the broker so, before its deadline.
 */
export async function startDurableConsumer(consumer: Consumer, options: DurableConsumerOptions): Promise<Consumption> {
  const { concurrency = 256, handle, onFault = () => undefined } = consumer;
  const { link, stream, ackWaitMs, acks, ensure } = options;
  const waiting: Held[] = [];
  const unsettled = new Set<Held>();
  let running = 0;
  let stopping = false;
  let onIdle = (): void => undefined;

  const run = async (held: Held): Promise<void> => {
    running += 1;
    try {
      await handle(held.delivery);
    } catch (error) {
      onFault(error);
    }
    // What the handler left unsettled is to be delivered again, so its deadline must run out.
    unsettled.delete(held);
    running -= 1;
    loop.release();
    next();
  };
  const next = (): void => {
    while (!stopping && running < concurrency) {
      const held = waiting.shift();
      if (!held) break;
      void run(held);
    }
    if (running === 0) onIdle();
  };
  const onMessage = (message: Msg): void => {
    const held: Held = {
      delivery: deliveryOf(link.nc, message, acks, () => unsettled.delete(held)),
      heldSince: performance.now(),
    };
    if (stopping) {
      held.delivery.nak(0);
      return;
    }
    unsettled.add(held);
    waiting.push(held);
    next();
  };
  const loop = new PullLoop({
    link,
    stream,
    limit: concurrency + PREFETCH,
    ensure: async () => {
      await ensure();
      return consumer.durable;
    },
    onMessage,
    onFault,
  });
  const stopExtending = extendDeadlines(link, unsettled, ackWaitMs);
  await loop.start().catch((error: unknown) => {
    stopExtending();
    throw error;
  });

  const drain = async (): Promise<void> => {
    stopping = true;
    await loop.stop();
    for (const { delivery } of waiting.splice(0)) delivery.nak(0);
    if (running > 0)
      await new Promise<void>((resolve) => {
        onIdle = resolve;
      });
    acks.flush();
    stopExtending();
  };
  let draining: Promise<void> | undefined;
  return {
    drain() {
      draining ??= drain();
      return draining;
    },
  };
}

/** One timer for all that is held, not one for each. */
function extendDeadlines(link: NatsLink, unsettled: ReadonlySet<Held>, ackWaitMs: number): () => void {
  const timer = setInterval(() => {
    if (link.status !== 'connected') return;
    const now = performance.now();
    for (const held of unsettled)
      if (now - held.heldSince > ackWaitMs / 3) {
        held.heldSince = now;
        held.delivery.working();
      }
  }, ackWaitMs / 6).unref();
  return () => clearInterval(timer);
}
