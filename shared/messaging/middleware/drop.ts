import type { Delivery } from '../bus.ts';
import type { Middleware } from '../failure-policy.ts';
import { type FaultContext, struck } from './fault-context.ts';

/**
 * Loses the acknowledgement of a first delivery after all its work was done: the moment in which a crash costs most. The
 * message comes again at once, instead of after the broker's deadline, so that much can be lost in a short experiment.
 */
export const drop =
  (_spec: unknown, context: FaultContext): Middleware =>
  (next) =>
    async function dropped(delivery) {
      const target = delivery.deliveryCount === 1 ? struck(context, delivery.subject) : undefined;
      if (!target) return next(delivery);
      const ack = () => {
        context.injected('drop', target);
        delivery.nak(0);
      };
      await next(Object.create(delivery, { ack: { value: ack, enumerable: true } }) as Delivery);
    };
