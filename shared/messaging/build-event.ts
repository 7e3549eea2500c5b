import { hash } from 'node:crypto';
import type { Flow } from '#shared/contracts/flow.ts';
import { type CloudEvent, encodeHeader, timestampOf } from './cloud-event.ts';
import { type EventType, eventTypeIn, eventTypeOf } from './event-type.ts';
import type { WireMessage } from './publisher.ts';

/** CloudEvents data of 256 KB at most: what every intermediary of the stack forwards. */
export const MAX_DATA_BYTES = 256 * 1024;

/** What a service publishes; the envelope follows from it. */
export interface Draft {
  /** Short type: `payment.completed`. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Envelope {
  readonly orderId: string;
  readonly source: string;
  /** Ms since the epoch. */
  readonly now: number;
  readonly causationId?: string | undefined;
  readonly traceparent?: string | undefined;
}

/** The deterministic id of a draft: a decision that is taken again has the same id. */
export const draftId = (flow: Flow, orderId: string, draft: Draft): string =>
  idOf(eventTypeOf(flow, draft.type), orderId, draft);

const idOf = ({ type, contract: { about } }: EventType, orderId: string, { data }: Draft): string =>
  eventIdOf(type, orderId, about && String(data[about]));

/** `payment.completed` of order 12345 about `pay-12345-001` -> `payment-12345-completed-001`. */
export function eventIdOf(type: string, orderId: string, businessId?: string): string {
  const [domain, action] = type.split('.');
  return `${domain}-${orderId}-${action}-${ordinalOf(orderId, businessId)}`;
}

/**
 * The ordinal of the business transaction that an event is about: `pay-12345-002` -> `002`, the order itself -> `001`;
 * a foreign business id without an ordinal: 8 hex digits of its SHA-256. Never a counter of arrivals: the refund of a
 * second payment would get the first one's id and be dropped as its duplicate.
 */
function ordinalOf(orderId: string, businessId?: string): string {
  if (businessId === undefined || businessId === orderId) return '001';
  const marker = `-${orderId}-`;
  const at = businessId.indexOf(marker);
  const ordinal = at > 0 ? businessId.slice(at + marker.length) : '';
  return /^\d{3,9}$/.test(ordinal) ? ordinal : hash('sha256', businessId, 'hex').slice(0, 8);
}

/** @throws TypeError when `source` does not own the type, or the data break its schema or have a further field: a bug of the publisher. */
export function checkDraft(flow: Flow, draft: Draft, source: string): EventType {
  const eventType = eventTypeOf(flow, draft.type);
  if (eventType.contract.owner !== source)
    throw new TypeError(`${source} may not publish ${draft.type}: it belongs to ${eventType.contract.owner}`);
  if (!eventType.fits(draft.data)) throw brokenSchema(eventType, draft);
  const field = eventType.undescribed(draft.data);
  if (field !== undefined)
    throw new TypeError(`${draft.type} has no field ${field}: publish an id, or add it to the contract of its owner`);
  return eventType;
}

/** Builds the CloudEvent of a draft, whose data it shares. @throws as `checkDraft` does */
export function buildEvent(flow: Flow, draft: Draft, envelope: Envelope): CloudEvent {
  const eventType = checkDraft(flow, draft, envelope.source);
  return addEnvelope(eventType, { id: idOf(eventType, envelope.orderId, draft), data: draft.data }, envelope);
}

/** The CloudEvent of what `checkDraft` accepted when it was recorded. */
export function addEnvelope(
  { fullType: type, dataschema }: EventType,
  { id, data }: Pick<CloudEvent, 'id'> & Pick<Draft, 'data'>,
  { orderId, source, now, causationId, traceparent }: Envelope,
): CloudEvent {
  const event: Mutable<CloudEvent> = {
    specversion: '1.0',
    id,
    source,
    type,
    time: timestampOf(now),
    datacontenttype: 'application/json',
    dataschema,
    subject: orderId,
    correlationid: orderId,
    partitionkey: orderId,
    data,
  };
  if (causationId) event.causationid = causationId;
  if (traceparent) event.traceparent = traceparent;
  return event;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function brokenSchema({ type, contract }: EventType, { data }: Draft): TypeError {
  const issues = contract.schema.safeParse(data).error?.issues ?? [];
  return new TypeError(
    `${type} breaks its schema: ${issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`,
  );
}

/** In binary mode, `Nats-Msg-Id` = `<type>:<id>`. @throws TypeError for more than 256 KB of data, or a type of another flow */
export function toWire(flow: Flow, event: CloudEvent): WireMessage {
  const eventType = eventTypeIn(flow, event.type);
  if (!eventType) throw new TypeError(`${event.id} is of type ${event.type}, which is not in the contract table`);
  const body = JSON.stringify(event.data);
  if (isTooLarge(body)) throw new TypeError(`${event.id} has more than ${MAX_DATA_BYTES} bytes of data`);
  const { subject: orderId = '' } = event;
  return { subject: eventType.subjectPrefix + orderId, headers: headersOf(eventType.type, event), body };
}

/** A UTF-16 code unit takes at most three bytes in UTF-8. */
const isTooLarge = (text: string): boolean =>
  text.length * 3 > MAX_DATA_BYTES && Buffer.byteLength(text) > MAX_DATA_BYTES;

/** Every attribute in a header of its own. */
function headersOf(type: string, event: CloudEvent): Record<string, string> {
  const { subject, dataschema, correlationid, partitionkey, causationid, traceparent } = event;
  const headers: Record<string, string> = {
    'ce-specversion': event.specversion,
    'ce-id': encodeHeader(event.id),
    'ce-source': encodeHeader(event.source),
    'ce-type': encodeHeader(event.type),
    'ce-time': encodeHeader(event.time),
    'ce-datacontenttype': encodeHeader(event.datacontenttype),
    'Nats-Msg-Id': `${type}:${event.id}`,
  };
  if (subject !== undefined) headers['ce-subject'] = encodeHeader(subject);
  if (dataschema !== undefined) headers['ce-dataschema'] = encodeHeader(dataschema);
  if (correlationid !== undefined) headers['ce-correlationid'] = encodeHeader(correlationid);
  if (partitionkey !== undefined) headers['ce-partitionkey'] = encodeHeader(partitionkey);
  if (causationid !== undefined) headers['ce-causationid'] = encodeHeader(causationid);
  if (traceparent !== undefined) headers['ce-traceparent'] = encodeHeader(traceparent);
  if (traceparent) headers.traceparent = traceparent;
  return headers;
}
