import type { WireMessage } from '#shared/messaging/publisher.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';

/** A dead letter as an operator sees it. */
export interface DeadLetter {
  /** `17`, or `adv-3` for a message that the broker gave up without a letter. */
  readonly id: string;
  readonly service: string;
  readonly durable: string;
  /** Short type, or `unknown`. */
  readonly type: string;
  readonly reason: string;
  readonly error: string;
  /** RFC 3339: when it was given up. */
  readonly at: string;
  readonly deliveries: number;
  /** Where the event was: its subject, and the sequence in the flow's stream. */
  readonly subject: string;
  readonly sequence: number;
  readonly orderId: string;
  /** The CloudEvents id; undefined when it is none in binary mode. */
  readonly eventId: string | undefined;
  /** The event's own headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Its sequence among the dead letters; undefined when there is no letter. */
  readonly kept: number | undefined;
  /** Sequences of the broker's advisories on it. */
  readonly advisories: readonly number[];
}

/** The broker's word that it gave up a message: it was delivered too often, or terminated. */
export interface Surrender {
  /** Sequence of the advisory. */
  readonly advisory: number;
  readonly durable: string;
  readonly sequence: number;
  readonly deliveries: number;
  readonly reason: string;
  /** RFC 3339. */
  readonly at: string;
}

/** Undefined for what is no such advisory. */
export function surrenderOf({ sequence: advisory, storedAt, body }: StoredMessage): Surrender | undefined {
  const word = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>;
  const { type, consumer, stream_seq, deliveries } = word;
  if (typeof consumer !== 'string' || typeof stream_seq !== 'number') return undefined;
  const reason = String(type).endsWith('max_deliver') ? 'max-deliveries' : 'terminated';
  const at = new Date(storedAt).toISOString();
  return { advisory, durable: consumer, sequence: stream_seq, deliveries: Number(deliveries ?? 0), reason, at };
}

/** Reads a dead letter, or the event itself that was given up without one. */
export function letterOf(message: StoredMessage, surrender?: Surrender): DeadLetter {
  const all = Object.entries(message.headers);
  const own = all.filter(([name]) => !name.startsWith('dlq-') && !name.startsWith('nats-'));
  const given = surrender ? surrenderedTo(surrender, message) : writtenOn(message);
  const [, domain, action, orderId = ''] = given.subject.split('.');
  return {
    ...given,
    type: domain && action ? `${domain}.${action}` : 'unknown',
    orderId,
    eventId: message.headers['ce-id'],
    headers: Object.fromEntries(own),
    body: message.body,
    advisories: [],
  };
}

type Given = Omit<DeadLetter, 'type' | 'orderId' | 'eventId' | 'headers' | 'body' | 'advisories'>;

const writtenOn = ({ headers, sequence }: StoredMessage): Given => ({
  id: String(sequence),
  service: headers['dlq-service'] ?? '',
  durable: headers['dlq-durable'] ?? '',
  reason: headers['dlq-reason'] ?? '',
  error: headers['dlq-error'] ?? '',
  at: headers['dlq-time'] ?? '',
  deliveries: Number(headers['dlq-deliveries'] ?? 0),
  subject: headers['dlq-subject'] ?? '',
  sequence: Number(headers['dlq-sequence'] ?? 0),
  kept: sequence,
});

const surrenderedTo = (
  { advisory, durable, sequence, deliveries, reason, at }: Surrender,
  { subject }: StoredMessage,
): Given => ({
  id: `adv-${advisory}`,
  service: durable,
  durable,
  reason,
  error:
    subject === '' ? 'the broker gave it up, and its event is gone' : 'the broker gave it up without a dead letter',
  at,
  deliveries,
  subject,
  sequence,
  kept: undefined,
});

/**
 * The event of a dead letter as it is published again: its bytes, its CloudEvents id and the context of its creation as
 * they were; a `Nats-Msg-Id` of its own, the same at each try, since the stream would take the old one for a copy. The hop's
 * own `traceparent` is over: what reacts now goes on where the event was created.
 */
export function redrivenOf({ subject, headers, body, sequence }: DeadLetter): WireMessage {
  const { traceparent: _over, ...kept } = headers;
  const created = headers['ce-traceparent'];
  return {
    subject,
    headers: { ...kept, ...(created && { traceparent: created }), 'Nats-Msg-Id': `redrive:${sequence}` },
    body,
  };
}
