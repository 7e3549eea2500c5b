import type { PublishMiddleware } from '#shared/messaging/with-publish.ts';
import { affected, type FaultContext } from './fault-context.ts';
import type { FaultSpecOf } from './fault-spec.ts';

/**
 * Holds each event for its own time of at most `within` (divided by TIME_SCALE), drawn from the seed: events that were
 * published close together are stored in another order, within one order and across orders.
 */
export const reorder =
  ({ within }: FaultSpecOf<'reorder'>, context: FaultContext): PublishMiddleware =>
  (next) =>
    async function reordered(message, options) {
      const target = affected(context, message.subject);
      if (target) {
        context.injected('reorder', target);
        await context.hold((context.chance(`reorder:${message.subject}`) * within) / context.timeScale);
      }
      return next(message, options);
    };
