import { type Flow, subjectOf } from '#shared/contracts/flow.ts';
import type { StoredMessage, StreamReader } from './stream-reader.ts';

/**
 * Everything that the stream holds of an order, by sequence; copies included. Without a hole: it is read type by type, so what
 * comes meanwhile is left out, or an order would be ready whose payment was looked for too early. `from`: nothing of the order
 * stands before that sequence. @throws Unavailable
 */
export async function readOrder(
  stream: Pick<StreamReader, 'lastSequence' | 'read'>,
  flow: Flow,
  orderId: string,
  from?: number,
): Promise<StoredMessage[]> {
  const messages: StoredMessage[] = [];
  const upTo = await stream.lastSequence();
  // One after the other: an order's page must not take the broker's attention from those who work.
  for (const type of Object.keys(flow.events))
    messages.push(...(await stream.read(subjectOf(flow, type, orderId), from)));
  return messages.filter(({ sequence }) => sequence <= upTo).sort((a, b) => a.sequence - b.sequence);
}
