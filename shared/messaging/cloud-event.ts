/**
 * A CloudEvent as this stack carries it: CloudEvents 1.0 with JSON data. On output all attributes below are set; on
 * input only the core ones and the data count, so that the workshop's own events are accepted as they are.
 * Structurally a `CloudEventV1` of the CloudEvents SDK. Source: CloudEvents specification 1.0.2 and its extensions
 * "correlation", "partitioning" and "distributed tracing".
 */
export interface CloudEvent<D = Record<string, unknown>> {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  /** Full type, with the flow's prefix. */
  readonly type: string;
  /** RFC 3339; when the stream stored it, for an event without a time. */
  readonly time: string;
  readonly datacontenttype: string;
  readonly dataschema?: string;
  /** The order's id. */
  readonly subject?: string;
  readonly correlationid?: string;
  /** Id of the event that caused this one. */
  readonly causationid?: string;
  readonly partitionkey?: string;
  /** W3C trace context of the event's creation; the NATS header `traceparent` is the current hop. */
  readonly traceparent?: string;
  readonly data: D;
}

const TIMESTAMP =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** An RFC 3339 timestamp as `Date.parse` reads it (which alone takes 30 February); a leap second is the second before it. */
export function readTimestamp(text: string): string | undefined {
  if (!TIMESTAMP.test(text)) return undefined;
  if (text.slice(8, 10) > '28' && !isDay(text.slice(0, 10))) return undefined;
  return text[17] === '6' ? beforeLeapSecond(text) : text;
}

const isDay = (date: string): boolean => new Date(date).getUTCDate() === Number(date.slice(8));

/** Leap seconds end a month, in UTC. */
function beforeLeapSecond(text: string): string | undefined {
  const before = `${text.slice(0, 17)}59${text.slice(19)}`;
  const after = new Date(Date.parse(before) + 1000);
  return after.toISOString().includes('-01T00:00:00') ? before : undefined;
}

/** The largest distance from 1970 that a Date holds. */
const MAX_MS = 8.64e15;
let second = Number.NaN;
let written = '';

/** As `new Date(ms).toISOString()`, which costs more than the rest of an envelope; the second is usually that of the last call. */
export function timestampOf(ms: number): string {
  if (!Number.isInteger(ms) || Math.abs(ms) > MAX_MS) return new Date(ms).toISOString();
  const wanted = Math.floor(ms / 1000);
  if (wanted !== second) {
    written = new Date(wanted * 1000).toISOString().slice(0, -4);
    second = wanted;
  }
  const rest = ms - wanted * 1000;
  return `${written}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
}

/**
 * Attribute values in NATS headers. Source: CloudEvents NATS and HTTP bindings, "header values": space, double quote,
 * percent and everything outside U+0021..U+007E is percent-encoded as UTF-8; receivers decode exactly one round and also
 * accept a value in double quotes, as older senders wrote it.
 */
const PLAIN = /^[!#$&-~]*$/;
const TO_ENCODE = /[^!#$&-~]+/gu;

export const encodeHeader = (value: string): string =>
  PLAIN.test(value) ? value : value.toWellFormed().replace(TO_ENCODE, percentEncoded);

const percentEncoded = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** Undefined when the value's percent-encoding is broken or no UTF-8. */
export function decodeHeader(value: string): string | undefined {
  const unquoted =
    value.startsWith('"') && value.endsWith('"') && value.length > 1
      ? value.slice(1, -1).replace(/\\(.)/g, '$1')
      : value;
  if (!unquoted.includes('%')) return unquoted;
  try {
    return decodeURIComponent(unquoted);
  } catch {
    return undefined;
  }
}
