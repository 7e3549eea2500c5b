import type { JsMsg, StoredMsg } from '@nats-io/jetstream';
import type { StoredMessage } from '../stream-reader.ts';

/** Headers that a direct get adds to the message's own. */
const ABOUT = new Set(['nats-stream', 'nats-subject', 'nats-sequence', 'nats-time-stamp']);

/**
 * A message of the client's. Its headers are parsed on first access: most followers look at the subject alone. Names are
 * lower-cased; of several values the first counts. The client throws on a malformed header block: such a message counts as
 * one without headers, so that its reader dead-letters it and the connection survives.
 */
export function storedMessageOf(message: JsMsg | StoredMsg): StoredMessage {
  let headers: Record<string, string> | undefined;
  return {
    subject: message.subject,
    get headers() {
      headers ??= headersOf(message);
      return headers;
    },
    body: message.data,
    sequence: message.seq,
    storedAt: message.time.getTime(),
  };
}

function headersOf(message: JsMsg | StoredMsg): Record<string, string> {
  const found: Record<string, string> = {};
  try {
    for (const [name, [value = '']] of ('headers' in message ? message.headers : message.header) ?? []) {
      const lowerCased = name.toLowerCase();
      if (!ABOUT.has(lowerCased)) found[lowerCased] ??= value;
    }
    return found;
  } catch {
    return {};
  }
}
