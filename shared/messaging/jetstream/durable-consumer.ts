import type { Gathering } from '../gathering.ts';
import type { Consumer, Consumption } from '../subscriber.ts';
import { deliveryOf, type HeldDelivery } from './delivery.ts';
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

/** Queued in addition to what is being handled: enough to hide the network, few enough not to starve another replica. */
const PREFETCH = 256;

/** Pulls from a durable: `concurrency` handlers at once, 256 messages waiting, their acknowledgement deadlines extended. */
export async function startDurableConsumer(consumer: Consumer, options: DurableConsumerOptions): Promise<Consumption> {
  const { durable, concurrency = 256, handle, onFault = () => undefined } = consumer;
  const { link, stream, ackWaitMs, acks, ensure } = options;
  const waiting: HeldDelivery[] = [];
  const unsettled = new Set<HeldDelivery>();
  const context = { nc: link.nc, acks, unsettled };
  let running = 0;
  let stopping = false;
  const idle = Promise.withResolvers<void>();

  const run = async (delivery: HeldDelivery): Promise<void> => {
    running += 1;
    try {
      await handle(delivery);
    } catch (error) {
      onFault(error);
    }
    // If the handler neither acked nor nak'ed it, its deadline must run out so that it is redelivered.
    unsettled.delete(delivery);
    running -= 1;
    loop.release();
    next();
  };
  const next = (): void => {
    while (!stopping && running < concurrency) {
      const delivery = waiting.shift();
      if (!delivery) break;
      void run(delivery);
    }
    if (stopping && running === 0) idle.resolve();
  };
  const loop = new PullLoop({
    link,
    stream,
    durable,
    limit: concurrency + PREFETCH,
    ensure,
    onFault,
    onMessage(message) {
      waiting.push(deliveryOf(message, context));
      next();
    },
  });
  // One timer for all that is held, not one for each.
  const extending = setInterval(() => {
    if (link.status === 'connected') for (const delivery of unsettled) delivery.working();
  }, ackWaitMs / 3).unref();
  await loop.start().catch((error: unknown) => {
    clearInterval(extending);
    throw error;
  });

  const drain = async (): Promise<void> => {
    stopping = true;
    await loop.stop();
    for (const delivery of waiting) delivery.nak(0);
    next();
    await idle.promise;
    acks.flush();
    clearInterval(extending);
  };
  let drained: Promise<void> | undefined;
  return {
    drain() {
      drained ??= drain();
      return drained;
    },
  };
}
