import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import type { Bus } from '#shared/messaging/bus.ts';
import {
  createJetStreamBus as createReal,
  type JetStreamBusOptions,
} from '#shared/messaging/jetstream/jetstream-bus.ts';
import type { Consumer, Delivery } from '#shared/messaging/subscriber.ts';
import { around, pass } from './crash-at.ts';

/** The real bus, whose service may die at each delivery, around a publish and around an acknowledgement. */
export async function createJetStreamBus(options: JetStreamBusOptions): Promise<Bus> {
  const bus = await createReal(options);
  const wrapped: Partial<Bus> = {
    publish(...args) {
      const name = deliveries.getStore()?.isRedelivery ? 'republish' : 'publish';
      return around(name, async () => {
        const answer = bus.publish(...args);
        void afterFlush(`while ${name}ing`);
        return await answer;
      })();
    },
    consume: (consumer) => bus.consume({ ...consumer, handle: crashing(consumer) }),
  };
  return new Proxy(bus, { get: (real, key) => Reflect.get(wrapped, key) ?? Reflect.get(real, key) });
}

/** What is published while a message is handled for the second time is published again. */
const deliveries = new AsyncLocalStorage<{ readonly isRedelivery: boolean }>();

const crashing =
  ({ handle }: Consumer) =>
  async (delivery: Delivery): Promise<void> => {
    pass('on delivery');
    const crashingAtAck = {
      ...delivery,
      ack() {
        pass('before ack');
        delivery.ack();
        void afterFlush('after ack');
      },
    };
    await deliveries.run({ isRedelivery: delivery.deliveryCount > 1 }, () => handle(crashingAtAck));
  };

/** What was written is on its way by then; whether it arrived, nobody knows. */
async function afterFlush(point: string): Promise<void> {
  await setImmediate();
  pass(point);
}
