import type { Flow } from '#shared/contracts/flow.ts';
import { type HistoryEvent, OrderHistory } from '#shared/messaging/order-history.ts';
import type { StoredMessage, StreamReader } from '#shared/messaging/stream-reader.ts';
import type { Subscriber } from '#shared/messaging/subscriber.ts';
import { knownMessages } from '../orders/order-status.ts';

export interface OrderFeed {
  /** What the stream held when the feed began, by sequence. */
  readonly past: readonly HistoryEvent[];
  /** Reports every further event, by sequence: none is missing after `past`, none comes twice. */
  start(onEvent: (event: HistoryEvent) => void): void;
  stop(): Promise<void>;
}

/**
 * An order's events, past and to come. `from`: no event of it is stored before that sequence.
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
    const history = new OrderHistory(flow, await knownMessages(bus, flow, orderId, from));
    return {
      past: [...history.events],
      start(onEvent) {
        onMessage = (message) => {
          const event = history.add(message);
          if (event) onEvent(event);
        };
        waiting.splice(0).forEach(onMessage);
      },
      stop: () => following.stop(),
    };
  } catch (error) {
    await following.stop();
    throw error;
  }
}
