import type { CloudEvent } from './cloud-event.ts';
import { Terminal } from './faults.ts';
import { decodeHeader } from './header-value.ts';
import { isTimestamp } from './rfc3339.ts';

/**
 * Reading CloudEvents on NATS, binary and structured. Source: CloudEvents "NATS Protocol Binding" (main, 1.0.3-wip): every
 * attribute in a header of its own, `datacontenttype` included; structured when `Content-Type` says so, binary otherwise.
 */

const JSON_CONTENT = 'application/json';
const STRUCTURED = 'application/cloudevents+json';
/** Marks any structured mode, JSON or not. */
const ANY_STRUCTURED = 'application/cloudevents';
const REQUIRED = ['specversion', 'id', 'source', 'type', 'time'] as const;
const TEXT = new Set<string>([...REQUIRED, 'subject', 'dataschema', 'datacontenttype']);
/** The headers that `fromPlainBinary` reads. */
const KNOWN = new Set(
  [...TEXT, 'correlationid', 'partitionkey', 'causationid', 'traceparent'].map((name) => `ce-${name}`),
);
const ATTRIBUTE = /^[a-z0-9]+$/;
const JSON_TYPE = /^[^;]*[/+]json\s*(;|$)/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

type Headers = Readonly<Record<string, string>>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads an event from a message, whose header names are in lower case.
 * @throws Terminal `not-a-cloudevent` when nothing marks it as one, `invalid-cloudevent` naming what is wrong with it.
 */
export function fromMessage(message: { headers: Headers; body: Uint8Array }): CloudEvent {
  if (isStructured(message)) return checked(fromStructured(message.body));
  return fromPlainBinary(message) ?? checked(fromBinary(message.headers, message.body));
}

/** @throws Terminal `invalid-cloudevent` when it is structured, but as something else than JSON: a batch, XML. */
export function isStructured({ headers }: { headers: Headers }): boolean {
  const contentType = headers['content-type']?.trim().toLowerCase();
  if (!contentType?.startsWith(ANY_STRUCTURED)) return false;
  if (contentType.split(';')[0]?.trim() === STRUCTURED) return true;
  throw invalid(`content type ${contentType} is not read here: send ${STRUCTURED}, or binary mode`);
}

/**
 * Binary mode as this stack writes it, read straight from the headers. Undefined when anything is unusual: an encoded value,
 * an attribute of somebody's own, one that is wrong. `fromBinary` reads that, and says what is wrong with it.
 */
function fromPlainBinary({ headers, body }: { headers: Headers; body: Uint8Array }): CloudEvent | undefined {
  const { 'ce-id': id, 'ce-source': source, 'ce-type': type, 'ce-time': time } = headers;
  if (id === undefined || source === undefined || type === undefined || time === undefined) return undefined;
  if (headers['ce-specversion'] !== '1.0' || !isTimestamp(time) || !areKnownAndPlain(headers)) return undefined;
  const { 'ce-subject': subject, 'ce-dataschema': dataschema, 'ce-correlationid': correlationid } = headers;
  const { 'ce-partitionkey': partitionkey, 'ce-causationid': causationid, 'ce-traceparent': traceparent } = headers;
  const event: Mutable<CloudEvent> = {
    specversion: '1.0',
    id,
    source,
    type,
    time,
    datacontenttype: JSON_CONTENT,
    data: (body.length === 0 ? undefined : parse(body)) as CloudEvent['data'],
  };
  if (subject !== undefined) event.subject = subject;
  if (dataschema !== undefined) event.dataschema = dataschema;
  if (correlationid !== undefined) event.correlationid = correlationid;
  if (partitionkey !== undefined) event.partitionkey = partitionkey;
  if (causationid !== undefined) event.causationid = causationid;
  if (traceparent !== undefined) event.traceparent = traceparent;
  return event;
}

function areKnownAndPlain(headers: Headers): boolean {
  for (const name in headers)
    if (name.startsWith('ce-') && !(KNOWN.has(name) && isPlain(headers[name] ?? ''))) return false;
  return (headers['ce-datacontenttype'] ?? JSON_CONTENT) === JSON_CONTENT;
}

/** Text that is not empty and needs no decoding. */
const isPlain = (value: string): boolean => value !== '' && value[0] !== '"' && !value.includes('%');

function fromBinary(headers: Headers, body: Uint8Array): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const name in headers)
    if (name.startsWith('ce-')) {
      const value = decodeHeader(headers[name] ?? '');
      if (value === undefined) throw invalid(`header ${name} is not percent-encoded UTF-8`);
      event[name.slice(3)] = value;
    }
  if (event.id === undefined && event.specversion === undefined)
    throw new Terminal(
      'not-a-cloudevent',
      'neither a structured CloudEvent by its Content-Type, nor a header ce-id: publish CloudEvents only',
    );
  event.data = body.length === 0 ? undefined : parse(body);
  return event;
}

function fromStructured(body: Uint8Array): Record<string, unknown> {
  const json = parse(body);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalid('its JSON is not an object');
  const { data_base64, ...event } = json as Record<string, unknown>;
  for (const name of Object.keys(event)) if (event[name] === null && name !== 'data') delete event[name];
  if (data_base64 === undefined || data_base64 === null) return event;
  if (event.data !== undefined) throw invalid('it has data and data_base64: send one of them');
  return { ...event, data: parse(Buffer.from(String(data_base64), 'base64')) };
}

/** Everything in this flow is JSON. */
function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch (cause) {
    throw new Terminal(
      'invalid-cloudevent',
      `no CloudEvent: its content is not JSON in UTF-8 (${(cause as Error).message})`,
      { cause },
    );
  }
}

/** The same object, which nobody else has: a copy of every event read would cost more than all its checks. */
function checked(event: Record<string, unknown>): CloudEvent {
  for (const name in event) if (name !== 'data') checkAttribute(name, event[name]);
  if (event.specversion !== '1.0') throw invalid(`specversion is ${event.specversion}, this stack speaks 1.0`);
  for (const name of REQUIRED) if (event[name] === undefined) throw invalid(`attribute ${name} is missing`);
  const time = event.time as string;
  if (!isTimestamp(time)) throw invalid(`time ${time} is no RFC 3339 timestamp`);
  event.datacontenttype ??= JSON_CONTENT;
  const contentType = event.datacontenttype as string;
  if (contentType !== JSON_CONTENT && !JSON_TYPE.test(contentType))
    throw invalid(`datacontenttype ${contentType} is not JSON`);
  return event as unknown as CloudEvent;
}

/** Extensions may be numbers and booleans in JSON; the attributes that the specification defines here are text. */
function checkAttribute(name: string, value: unknown): void {
  if (TEXT.has(name)) {
    if (typeof value === 'string' && value !== '') return;
    throw invalid(`attribute ${name} must be text and not empty`);
  }
  if (!ATTRIBUTE.test(name)) throw invalid(`attribute name ${JSON.stringify(name)} is not of a-z and 0-9`);
  if (typeof value === 'object') throw invalid(`attribute ${name} must be a string, a number or a boolean`);
}

const invalid = (problem: string): Terminal => new Terminal('invalid-cloudevent', `no valid CloudEvent: ${problem}`);
