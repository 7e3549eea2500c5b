import type { Flow } from '#shared/contracts/flow.ts';
import type { StoredMessage, StreamReader } from '#shared/messaging/stream-reader.ts';
import type { Subscriber } from '#shared/messaging/subscriber.ts';
import { type HistoryEvent, keyOf, readOne } from './order-history.ts';
import { knownMessages } from './order-status.ts';

export interface OrderFeed {
  /** What the stream held when the feed began, by sequence. */
  readonly past: readonly HistoryEvent[];
  /** From here on every further event is told, by sequence: none is missing between `past` and it, none comes twice. */
  start(onEvent: (event: HistoryEvent) => void): void;
  stop(): Promise<void>;
}

/**
 * An order's events, past and to come. `from`: nothing of it stands before that sequence.
 * @throws Refusal when the stream knows nothing of the order; Unavailable.
 */
export async function followOrder(
  bus: Pick<Subscriber, 'follow'> & Pick<StreamReader, 'lastSequence' | 'read'>,
  flow: Flow,
  orderId: string,
  from?: number,
): Promise<OrderFeed> {
  const waiting: StoredMessage[] = [];
  let onMessage = (message: StoredMessage): void => void waiting.push(message);
  const following = await bus.follow(`${flow.subjectPrefix}.*.*.${orderId}`, (message) => onMessage(message));
  try {
    const accept = onceEach(flow);
    const past = (await knownMessages(bus, flow, orderId, from)).flatMap(accept);
    const start = (onEvent: (event: HistoryEvent) => void) => {
      onMessage = (message) => accept(message).forEach(onEvent);
      waiting.splice(0).forEach(onMessage);
    };
    return { past, start, stop: () => following.stop() };
  } catch (error) {
    await following.stop();
    throw error;
  }
}

/** Lets a message through if it is an event, and no copy of one before; so what `past` has is not told again. */
function onceEach(flow: Flow): (message: StoredMessage) => HistoryEvent[] {
  const seen = new Set<string>();
  return (message) => {
    const read = readOne(flow, message);
    if ('reason' in read || seen.has(keyOf(read))) return [];
    seen.add(keyOf(read));
    return [read];
  };
}
