import type { Middleware } from '#shared/messaging/failure-policy.ts';
import { affected, type FaultContext } from './fault-context.ts';

/**
 * Loses the acknowledgement of a first delivery after all of its work is done: the most expensive moment for a crash. The
 * message is redelivered at once instead of after ACK_WAIT, so that a short experiment loses many.
 */
export const drop =
  (context: FaultContext): Middleware =>
  (next) =>
    async function dropped(delivery) {
      const target = delivery.deliveryCount === 1 ? affected(context, delivery.subject) : undefined;
      if (!target) return next(delivery);
      const ack = () => {
        context.injected('drop', target);
        delivery.nak(0);
      };
      await next({ ...delivery, ack });
    };
