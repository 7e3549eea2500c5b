import { type FaultContext, type Publish, struck } from './fault-context.ts';
import type { FaultOf } from './fault-spec.ts';

/**
 * Publishes an event again under a fresh `Nats-Msg-Id`: under its own the stream would drop the copy before any consumer
 * sees it. The copy has the event's id, so each consumer has to recognise it. A copy that cannot be published is forgotten:
 * the event itself is stored.
 */
export const duplicate =
  ({ copies }: FaultOf<'duplicate'>, context: FaultContext) =>
  (next: Publish): Publish =>
    async function duplicated(message, options) {
      const ack = await next(message, options);
      const target = struck(context, message.subject);
      for (let copy = 1; target && copy <= copies; copy += 1) {
        const headers = { ...message.headers, 'Nats-Msg-Id': `${message.headers['Nats-Msg-Id']}:copy-${copy}` };
        const stored = await next({ ...message, headers }).then(
          ({ duplicate }) => !duplicate,
          () => false,
        );
        if (stored) context.injected('duplicate', target);
      }
      return ack;
    };
