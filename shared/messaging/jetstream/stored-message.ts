import type { MsgHdrs } from '@nats-io/transport-node';

/**
 * Header names are compared without case, so they are lower-cased once; of several values the first counts. The client
 * throws on a header block that breaks the rules, each time it is looked at: such a message counts as one without headers,
 * and whoever needs them refuses it as it refuses any other. Thrown further, one message would end the whole connection.
 */
export function headersOf(read: () => MsgHdrs | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  const headers = readable(read);
  if (headers) for (const [name, values] of headers) found[name.toLowerCase()] ??= values[0] ?? '';
  return found;
}

function readable(read: () => MsgHdrs | undefined): MsgHdrs | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
