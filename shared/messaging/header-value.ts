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
