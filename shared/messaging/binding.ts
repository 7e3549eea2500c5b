import { type CloudEvent, decodeHeader, readTimestamp, timestampOf } from './cloud-event.ts';
import { Terminal } from './faults.ts';

/**
 * Reading CloudEvents on NATS, binary and structured. Source: CloudEvents "NATS Protocol Binding" (main, 1.0.3-wip): every
 * attribute in a header of its own, `datacontenttype` included; structured when `Content-Type` says so, binary otherwise. Also
 * binding 1.0.2: no header marks the message, and its payload is a structured event. Profile of this stack: all data are JSON,
 * and an event without `time` has the time at which the stream stored it.
 * The CloudEvents SDK is used in the tests only: it invents an id and a time where there is none, and takes 30 ms to load.
 */

const JSON_CONTENT = 'application/json';
const STRUCTURED = ['application/cloudevents+json', 'application/cloudevents'];
/** Marks any structured mode, JSON or not. */
const ANY_STRUCTURED = 'application/cloudevents';
const REQUIRED = ['specversion', 'id', 'source', 'type'] as const;
/** What the specification defines is text and not empty; extensions may be numbers and booleans in JSON. */
const TEXT = new Set<string>([...REQUIRED, 'time', 'subject', 'dataschema', 'datacontenttype']);
/** Header -> attribute, of those that this stack writes. */
const ATTRIBUTES = new Map(
  [...TEXT, 'correlationid', 'partitionkey', 'causationid', 'traceparent'].map((name) => [`ce-${name}`, name]),
);
const EXTENSION_NAME = /^[a-z0-9]+$/;
const JSON_TYPE = /^[^;]*[/+]json\s*(;|$)/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

type Headers = Readonly<Record<string, string>>;

/** Header names are in lower case; `storedAt` in ms since the epoch. */
interface Message {
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly storedAt: number;
}

/** @throws Terminal `not-a-cloudevent` when nothing marks it as one, `invalid-cloudevent` naming what is wrong with it. */
export function fromMessage({ headers, body, storedAt }: Message): CloudEvent {
  if (!isStructured({ headers })) return complete(fromBinary(headers, body), storedAt);
  if (headers['content-type'] === undefined && !isEvent(body)) throw notAnEvent();
  return complete(fromStructured(body), storedAt);
}

/** @throws Terminal `invalid-cloudevent` when it is structured, but as something else than JSON: a batch, XML. */
export function isStructured({ headers }: { headers: Headers }): boolean {
  const contentType = headers['content-type']?.trim().toLowerCase();
  if (contentType === undefined) return isUnmarked(headers);
  if (!contentType.startsWith(ANY_STRUCTURED)) return false;
  if (STRUCTURED.includes(contentType.split(';')[0]?.trim() ?? '')) return true;
  throw invalid(`content type ${contentType} is not read here: send ${STRUCTURED[0]}, or binary mode`);
}

const isUnmarked = (headers: Headers): boolean =>
  headers['ce-id'] === undefined && headers['ce-specversion'] === undefined;

function isEvent(body: Uint8Array): boolean {
  try {
    return JSON.parse(utf8.decode(body))?.specversion !== undefined;
  } catch {
    return false;
  }
}

function fromBinary(headers: Headers, body: Uint8Array): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const name in headers) {
    const known = ATTRIBUTES.get(name);
    if (known === undefined && !name.startsWith('ce-')) continue;
    const wire = headers[name] as string;
    const value = isPlain(wire) ? wire : decodeHeader(wire);
    if (value === undefined) throw invalid(`header ${name} is not percent-encoded UTF-8`);
    const attribute = known ?? name.slice(3);
    if (known === undefined || value === '') checkAttribute(attribute, value);
    event[attribute] = value;
  }
  if (isUnmarked(headers)) throw notAnEvent();
  event.data = body.length === 0 ? undefined : parse(body);
  return event;
}

/** It needs no decoding. */
const isPlain = (wire: string): boolean => wire[0] !== '"' && !wire.includes('%');

function fromStructured(body: Uint8Array): Record<string, unknown> {
  const json = parse(body);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalid('its JSON is not an object');
  const { data, data_base64, ...event } = json as Record<string, unknown>;
  for (const name of Object.keys(event))
    if (event[name] === null) delete event[name];
    else checkAttribute(name, event[name]);
  if (data_base64 === undefined || data_base64 === null) return { ...event, data };
  if (data !== undefined) throw invalid('it has data and data_base64: send one of them');
  const bytes = Buffer.from(String(data_base64), 'base64');
  if (bytes.toString('base64') !== data_base64) throw invalid('data_base64 is not text in base64 (RFC 4648)');
  return { ...event, data: parse(bytes) };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch (cause) {
    throw invalid(`its content is not JSON in UTF-8 (${(cause as Error).message})`, { cause });
  }
}

function checkAttribute(name: string, value: unknown): void {
  if (TEXT.has(name)) {
    if (typeof value === 'string' && value !== '') return;
    throw invalid(`attribute ${name} must be text and not empty`);
  }
  if (!EXTENSION_NAME.test(name)) throw invalid(`attribute name ${JSON.stringify(name)} is not of a-z and 0-9`);
  if (typeof value === 'object') throw invalid(`attribute ${name} must be a string, an integer or a boolean`);
  if (typeof value === 'number' && (value | 0) !== value)
    throw invalid(`attribute ${name} is ${value}: a number must be an integer of 32 bits, send others as a string`);
}

/** The same object, which nobody else has: a copy of every event read would cost more than all its checks. */
function complete(event: Record<string, unknown>, storedAt: number): CloudEvent {
  if (event.specversion !== '1.0') throw invalid(`specversion is ${event.specversion}, this stack speaks 1.0`);
  for (const name of REQUIRED) if (event[name] === undefined) throw invalid(`attribute ${name} is missing`);
  const time = event.time === undefined ? timestampOf(storedAt) : readTimestamp(event.time as string);
  if (time === undefined) throw invalid(`time ${event.time} is no RFC 3339 timestamp`);
  event.time = time;
  event.datacontenttype ??= JSON_CONTENT;
  if (event.datacontenttype !== JSON_CONTENT && !JSON_TYPE.test(event.datacontenttype as string))
    throw invalid(`datacontenttype ${event.datacontenttype} is not JSON`);
  return event as unknown as CloudEvent;
}

const notAnEvent = (): Terminal =>
  new Terminal(
    'not-a-cloudevent',
    'no header ce-id, no Content-Type of a structured CloudEvent, no payload with a specversion: publish CloudEvents only',
  );

const invalid = (problem: string, options?: ErrorOptions): Terminal =>
  new Terminal('invalid-cloudevent', `no valid CloudEvent: ${problem}`, options);
