import type { JsMsg, StoredMsg } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/transport-node';
import type { StoredMessage } from '../stream-reader.ts';

/**
 * What the client gives out. Header names are compared without case, so they are lower-cased once; of several values the first
 * counts. The client throws on a header block that breaks the rules, each time it is looked at: such a message counts as one
 * without headers, and whoever needs them refuses it as it refuses any other. Thrown further, one message would end the whole
 * connection.
 */
export function storedMessageOf(message: JsMsg | StoredMsg): StoredMessage {
  const { subject, data: body, seq: sequence } = message;
  const headers: Record<string, string> = {};
  for (const [name, values] of headersOf(message) ?? []) headers[name.toLowerCase()] ??= values[0] ?? '';
  return { subject, headers, body, sequence, storedAt: message.time.getTime() };
}

function headersOf(message: JsMsg | StoredMsg): MsgHdrs | undefined {
  try {
    return 'headers' in message ? message.headers : message.header;
  } catch {
    return undefined;
  }
}
