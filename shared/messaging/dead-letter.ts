import { deadLetterSubject, type Flow } from '#shared/contracts/flow.ts';
import type { WireMessage } from './publisher.ts';
import type { Delivery } from './subscriber.ts';

export interface DeadLetterCause {
  readonly service: string;
  readonly durable: string;
  /** Kebab-case, of few values: it is grouped by. */
  readonly reason: string;
  readonly error: unknown;
  /** Ms since the epoch. */
  readonly now: number;
}

const MAX_ERROR_LENGTH = 500;

/**
 * A dead letter: the original bytes and headers, and beside them where it came from and why it was given up. Its own
 * `Nats-Msg-Id` is one per message and durable, so that giving up twice leaves one letter.
 */
export function deadLetterOf(flow: Flow, delivery: Delivery, cause: DeadLetterCause): WireMessage {
  const { 'nats-msg-id': messageId, ...headers } = delivery.headers;
  const [, domain, action] = delivery.subject.split('.');
  const type = `${domain}.${action}`;
  return {
    subject: deadLetterSubject(cause.service, Object.hasOwn(flow.events, type) ? type : 'unknown'),
    headers: {
      ...headers,
      ...(messageId && { 'Dlq-Msg-Id': messageId }),
      'Nats-Msg-Id': `dlq:${flow.stream}:${delivery.sequence}:${cause.durable}`,
      'Dlq-Reason': cause.reason,
      'Dlq-Error': headerText(cause.error instanceof Error ? cause.error.message : String(cause.error)),
      'Dlq-Service': cause.service,
      'Dlq-Durable': cause.durable,
      'Dlq-Subject': delivery.subject,
      'Dlq-Sequence': String(delivery.sequence),
      'Dlq-Deliveries': String(delivery.deliveryCount),
      'Dlq-Time': new Date(cause.now).toISOString(),
    },
    body: delivery.body,
  };
}

/** One line of printable ASCII: what a header can hold everywhere. */
const headerText = (text: string): string =>
  text
    .replaceAll(/[^ -~]+/g, ' ')
    .trim()
    .slice(0, MAX_ERROR_LENGTH);
