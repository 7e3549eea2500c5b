import { type FaultContext, type Publish, struck } from './fault-context.ts';
import type { FaultOf } from './fault-spec.ts';

/**
 * Holds each event for a time of its own of at most `within`, drawn from the seed: what was said close together is stored
 * in another order, the events of one order and those of different orders alike.
 */
export const reorder =
  ({ within }: FaultOf<'reorder'>, context: FaultContext) =>
  (next: Publish): Publish =>
    async function reordered(message, options) {
      const target = struck(context, message.subject);
      if (target) {
        context.injected('reorder', target);
        await context.hold((context.chance(`reorder:${message.subject}`) * within) / context.timeScale);
      }
      return next(message, options);
    };
