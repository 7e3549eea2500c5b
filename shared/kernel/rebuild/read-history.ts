import { emittedBy, type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { Terminal } from '#shared/messaging/faults.ts';
import { readEvent } from '#shared/messaging/read-event.ts';
import type { StoredMessage, StreamReader } from '#shared/messaging/stream-reader.ts';
import { type RecordedEvent, recordedOf } from '../recorded-event.ts';

export interface HistoryOptions {
  readonly bus: Pick<StreamReader, 'replay'>;
  readonly flow: Flow;
  readonly service: string;
  /** The short types that it consumes. */
  readonly reacts: readonly string[];
}

export interface Window {
  /** By order, in the order of their sequences. */
  readonly orders: ReadonlyMap<string, readonly RecordedEvent[]>;
  readonly upTo: number;
}

/** Messages held in memory at a time, and what an interrupted rebuild does again at most. */
const WINDOW = 1_024;

/** What a service consumes and published, window by window from the sequence `first` on. It needs no other permission. */
export async function* readHistory(options: HistoryOptions, first: number): AsyncGenerator<Window, void, undefined> {
  const { bus, flow, service, reacts } = options;
  const types = [...new Set([...reacts, ...emittedBy(flow, service)])];
  const filters = types.map((type) => subjectOf(flow, type, '*'));
  let orders = new Map<string, RecordedEvent[]>();
  let messages = 0;
  let upTo = first - 1;
  for await (const message of bus.replay(filters, first)) {
    upTo = message.sequence;
    messages += 1;
    const read = recordedIn(message, options);
    if (read) orders.set(read.orderId, [...(orders.get(read.orderId) ?? []), read.event]);
    if (messages % WINDOW > 0) continue;
    yield { orders, upTo };
    orders = new Map();
  }
  yield { orders, upTo };
}

/** Undefined for what is no event of the flow: it is dead-lettered by whoever consumes it. */
function recordedIn(
  message: StoredMessage,
  { flow, service }: HistoryOptions,
): { orderId: string; event: RecordedEvent } | undefined {
  try {
    const received = readEvent(flow, message);
    const { contract, orderId } = received;
    const event = recordedOf(received);
    if (contract.owner !== service) return { orderId, event };
    const causationId = received.event.causationid;
    return { orderId, event: { ...event, own: true, ...(causationId && { causationId }) } };
  } catch (error) {
    if (error instanceof Terminal) return undefined;
    throw error;
  }
}
