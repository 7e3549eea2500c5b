import type { PublishMiddleware } from '#shared/messaging/with-publish.ts';
import { affected, type FaultContext } from './fault-context.ts';
import type { FaultSpecOf } from './fault-spec.ts';

/**
 * Publishes an event `by` (divided by TIME_SCALE) after its own time (`ce-time`): every consumer sees a slow publisher.
 * Because the event's time counts, a retry, a restart or another replica does not wait a second time. The event is held
 * before the stream has it and not at a consumer: a kitchen that knows of a pending delivery has not caught up, and times
 * out no order. The handler of the order is occupied meanwhile, and so is the service's sweep once it reaches that order.
 */
export const delay =
  ({ by }: FaultSpecOf<'delay'>, context: FaultContext): PublishMiddleware =>
  (next) =>
    async function delayed(message, options) {
      const target = affected(context, message.subject);
      if (target) {
        const left = Date.parse(message.headers['ce-time'] ?? '') + by / context.timeScale - context.now();
        if (left > 0) {
          context.injected('delay', target);
          await context.hold(left);
        }
      }
      return next(message, options);
    };
