import { setImmediate } from 'node:timers/promises';
import type { Bus, Consumer, Delivery } from '#shared/messaging/bus.ts';
import { createJetStreamBus as createReal, type JetStreamBusOptions } from '#shared/messaging/jetstream-bus.ts';
import { around, pass } from './crash-at.ts';

/** The real bus, whose service may die at each delivery, around a publish and around an acknowledgement. */
export async function createJetStreamBus(options: JetStreamBusOptions): Promise<Bus> {
  const bus = await createReal(options);
  const wrapped: Partial<Bus> = {
    publish: around('publish', async (...args: Parameters<Bus['publish']>) => {
      const answer = bus.publish(...args);
      void afterFlush('while publishing');
      return await answer;
    }),
    consume: (consumer) => bus.consume({ ...consumer, handle: crashing(consumer) }),
  };
  return new Proxy(bus, { get: (real, key) => Reflect.get(wrapped, key) ?? Reflect.get(real, key) });
}

const crashing =
  ({ handle }: Consumer) =>
  async (delivery: Delivery): Promise<void> => {
    pass('on delivery');
    await handle({
      ...delivery,
      ack() {
        pass('before ack');
        delivery.ack();
        void afterFlush('after ack');
      },
    });
  };

/** What was written is on its way by then; whether it arrived, nobody knows. */
async function afterFlush(point: string): Promise<void> {
  await setImmediate();
  pass(point);
}
