import type { PublishMiddleware } from '#shared/messaging/with-publish.ts';
import { copyOf, storedCopy } from './copy-of.ts';
import { affected, type FaultContext } from './fault-context.ts';

/**
 * Publishes a truncated copy after the event, under a new `Nats-Msg-Id`; the event itself stays intact, since a fact whose
 * only copy is broken is lost and no consumer could recover it. Each consumer must dead-letter the copy at once and continue.
 */
export const corrupt =
  (context: FaultContext): PublishMiddleware =>
  (next) =>
    async function corrupted(message, options) {
      const ack = await next(message, options);
      const target = affected(context, message.subject);
      if (!target) return ack;
      const body = Buffer.from(message.body);
      const copy = { ...copyOf(message, 'corrupt'), body: body.subarray(0, body.length / 2) };
      if (await storedCopy(next, copy)) context.injected('corrupt', target);
      return ack;
    };
