import { deadLetterSubject } from '#shared/contracts/flow.ts';
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
  /** Of the event: its subject (empty when the stream no longer has it), and its sequence in the flow's stream. */
  readonly subject: string;
  readonly sequence: number;
  readonly orderId: string;
  /** The CloudEvents id, in binary mode. */
  readonly eventId: string | undefined;
  /** The event's own headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Sequence of the letter in the dead-letter stream, if there is one. */
  readonly kept: number | undefined;
  /** Sequences of the broker's advisories on it. */
  readonly advisories: readonly number[];
  /** An operator decided that nothing is to be done about it, and why. */
  readonly discarded?: { readonly reason: string; readonly at: string };
}

export function letterOf({ headers, sequence, body }: StoredMessage): DeadLetter {
  const noted = (name: string) => headers[`dlq-${name}`] ?? '';
  const subject = noted('subject');
  return {
    id: String(sequence),
    service: noted('service'),
    durable: noted('durable'),
    reason: noted('reason'),
    error: noted('error'),
    at: noted('time'),
    deliveries: Number(noted('deliveries')),
    sequence: Number(noted('sequence')),
    kept: sequence,
    advisories: [],
    ...(noted('discarded') && { discarded: { reason: noted('discarded'), at: noted('discarded-at') } }),
    ...eventOn(subject, headers),
    body,
  };
}

/** The broker's advisory that it gave up a message: delivered too often, or terminated. */
export interface Advisory {
  /** Sequence of the advisory. */
  readonly advisory: number;
  readonly durable: string;
  /** Of the message in the flow's stream. */
  readonly sequence: number;
  readonly deliveries: number;
  readonly reason: string;
  /** RFC 3339. */
  readonly at: string;
}

/** Undefined for any other advisory. */
export function advisoryIn({ sequence: advisory, storedAt, body }: StoredMessage): Advisory | undefined {
  const { type, consumer, stream_seq, deliveries } = JSON.parse(Buffer.from(body).toString());
  if (typeof consumer !== 'string' || typeof stream_seq !== 'number') return undefined;
  const reason = String(type).endsWith('max_deliver') ? 'max-deliveries' : 'terminated';
  const at = new Date(storedAt).toISOString();
  return { advisory, durable: consumer, sequence: stream_seq, deliveries: Number(deliveries ?? 0), reason, at };
}

/** The letter for a message that was given up without one; `message` is undefined when the stream no longer has it. */
export function letterWithout(
  { advisory, ...given }: Advisory,
  advisories: readonly number[],
  message: StoredMessage | undefined,
): DeadLetter {
  return {
    id: `adv-${advisory}`,
    service: given.durable,
    ...given,
    error: message ? 'the broker gave it up without a dead letter' : 'the broker gave it up, and its event is gone',
    kept: undefined,
    advisories,
    ...eventOn(message?.subject ?? '', message?.headers ?? {}),
    body: message?.body ?? new Uint8Array(),
  };
}

function eventOn(subject: string, headers: Readonly<Record<string, string>>) {
  const [, domain, action, orderId = ''] = subject.split('.');
  const own = Object.entries(headers).filter(([name]) => !name.startsWith('dlq-') && !name.startsWith('nats-'));
  const type = domain && action ? `${domain}.${action}` : 'unknown';
  return { subject, type, orderId, eventId: headers['ce-id'], headers: Object.fromEntries(own) };
}

/** The event of a dead letter as it is published again: a new `Nats-Msg-Id`, the same at each try, and its creation's trace. */
export function redrivenOf({ subject, headers, body, sequence }: DeadLetter): WireMessage {
  const { traceparent: _over, ...kept } = headers;
  const created = headers['ce-traceparent'];
  const id = { 'Nats-Msg-Id': `redrive:${sequence}` };
  return { subject, headers: { ...kept, ...(created && { traceparent: created }), ...id }, body };
}

/** Beside the services, under whose names the letters are counted. */
const DISCARDED = 'discarded';

export function discardedOf(letter: DeadLetter, reason: string, now: number): WireMessage {
  const { service, durable, type, subject, sequence, deliveries, error, at, headers, body } = letter;
  return {
    subject: deadLetterSubject(DISCARDED, `${service}.${type}`),
    headers: {
      ...headers,
      'Nats-Msg-Id': `${DISCARDED}:${sequence}:${durable}`,
      'Dlq-Reason': letter.reason,
      'Dlq-Error': error,
      'Dlq-Service': service,
      'Dlq-Durable': durable,
      'Dlq-Subject': subject,
      'Dlq-Sequence': String(sequence),
      'Dlq-Deliveries': String(deliveries),
      'Dlq-Time': at,
      'Dlq-Discarded': reason.replaceAll(/\s+/g, ' '),
      'Dlq-Discarded-At': new Date(now).toISOString(),
    },
    body,
  };
}
