import { type FaultContext, type Publish, struck } from './fault-context.ts';

/**
 * Lets a broken copy follow the event: half of its bytes, under a `Nats-Msg-Id` of its own. The event itself stays as it
 * is: where its only copy is broken the fact is lost, which no consumer can mend, so nothing would be learnt from it. Each
 * consumer must dead-letter the copy at once, and go on.
 */
export const corrupt =
  (_spec: unknown, context: FaultContext) =>
  (next: Publish): Publish =>
    async function corrupted(message, options) {
      const ack = await next(message, options);
      const target = struck(context, message.subject);
      if (!target) return ack;
      const body = Buffer.from(message.body);
      const headers = { ...message.headers, 'Nats-Msg-Id': `${message.headers['Nats-Msg-Id']}:corrupt` };
      const stored = await next({ ...message, headers, body: body.subarray(0, body.length / 2) }).then(
        ({ duplicate }) => !duplicate,
        () => false,
      );
      if (stored) context.injected('corrupt', target);
      return ack;
    };
