import { eventIdOf } from '#shared/contracts/event-id.ts';
import { contractOf, dataschemaOf, type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { toBinary } from './binding.ts';
import type { WireMessage } from './bus.ts';
import type { CloudEvent } from './cloud-event.ts';

/** CloudEvents data of 256 KB at most: what every intermediary of the stack forwards. */
export const MAX_DATA_BYTES = 256 * 1024;

/** What a service wants to say; the envelope follows from it. */
export interface Draft {
  /** Short type: `payment.completed`. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Envelope {
  readonly orderId: string;
  /** The service that publishes. */
  readonly source: string;
  /** Ms since the epoch. */
  readonly now: number;
  readonly causationId?: string | undefined;
  readonly traceparent?: string | undefined;
}

/** The deterministic id of a draft: the same decision has the same id however often it is taken. */
export function draftId(flow: Flow, orderId: string, draft: Draft): string {
  const { about } = contractOf(flow, draft.type);
  return eventIdOf(draft.type, orderId, about && String(draft.data[about]));
}

/**
 * Builds the frozen CloudEvent of a draft.
 * @throws TypeError when `source` does not own the type, the data breaks its schema, or it is larger than 256 KB: a bug
 * of the publisher, never of the message that it reacts to.
 */
export function buildEvent(flow: Flow, draft: Draft, envelope: Envelope): CloudEvent {
  const contract = contractOf(flow, draft.type);
  if (contract.owner !== envelope.source)
    throw new TypeError(`${envelope.source} may not publish ${draft.type}: it belongs to ${contract.owner}`);
  const checked = contract.schema.safeParse(draft.data);
  if (!checked.success)
    throw new TypeError(
      `${draft.type} breaks its schema: ${checked.error.issues.map((i) => `${i.path.join('.')} ${i.message}`).join('; ')}`,
    );
  return Object.freeze({
    specversion: '1.0',
    id: draftId(flow, envelope.orderId, draft),
    source: envelope.source,
    type: flow.typePrefix + draft.type,
    time: new Date(envelope.now).toISOString(),
    subject: envelope.orderId,
    datacontenttype: 'application/json',
    dataschema: dataschemaOf(flow, draft.type),
    correlationid: envelope.orderId,
    ...(envelope.causationId && { causationid: envelope.causationId }),
    partitionkey: envelope.orderId,
    ...(envelope.traceparent && { traceparent: envelope.traceparent }),
    data: Object.freeze({ ...draft.data }),
  });
}

/** The event on the wire: binary mode, its own subject, `Nats-Msg-Id` = `<type>:<id>` (unique over the whole stream). */
export function toWire(flow: Flow, event: CloudEvent): WireMessage {
  const { headers, body } = toBinary(event);
  if (Buffer.byteLength(body) > MAX_DATA_BYTES)
    throw new TypeError(`${event.id} has more than ${MAX_DATA_BYTES} bytes of data`);
  const type = event.type.slice(flow.typePrefix.length);
  return {
    subject: subjectOf(flow, type, event.subject ?? ''),
    headers: {
      ...headers,
      'Nats-Msg-Id': `${type}:${event.id}`,
      ...(event.traceparent && { traceparent: event.traceparent }),
    },
    body,
  };
}
