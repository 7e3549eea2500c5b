import { type FaultContext, type Publish, struck } from './fault-context.ts';
import type { FaultOf } from './fault-spec.ts';

/**
 * Publishes an event so long after its own time (`ce-time`), divided by TIME_SCALE: a slow contributor, as everybody
 * downstream sees one. Counted from the event's time, a retry, a restart or another replica does not wait anew. Held
 * before the stream has it, never at a consumer: there the kitchen would know that it has not caught up, and rightly time
 * out nobody. The handler of the order is held meanwhile, and the service's sweep once it comes to that order.
 */
export const delay =
  ({ by }: FaultOf<'delay'>, context: FaultContext) =>
  (next: Publish): Publish =>
    async function delayed(message, options) {
      const target = struck(context, message.subject);
      if (target) {
        const left = Date.parse(message.headers['ce-time'] ?? '') + by / context.timeScale - context.now();
        if (left > 0) {
          context.injected('delay', target);
          await context.hold(left);
        }
      }
      return next(message, options);
    };
