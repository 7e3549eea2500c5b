import type { PublishMiddleware } from '#shared/messaging/with-publish.ts';
import { copyOf, storedCopy } from './copy-of.ts';
import { affected, type FaultContext } from './fault-context.ts';
import type { FaultSpecOf } from './fault-spec.ts';

/**
 * Publishes an event again under a new `Nats-Msg-Id`; under the same one the stream would drop the copy. The copy has the
 * same event id, so each consumer has to recognise it.
 */
export const duplicate =
  ({ copies }: FaultSpecOf<'duplicate'>, context: FaultContext): PublishMiddleware =>
  (next) =>
    async function duplicated(message, options) {
      const ack = await next(message, options);
      const target = affected(context, message.subject);
      for (let copy = 1; target && copy <= copies; copy += 1)
        if (await storedCopy(next, copyOf(message, `copy-${copy}`))) context.injected('duplicate', target);
      return ack;
    };
