import { emittedBy, type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { Terminal } from '#shared/messaging/faults.ts';
import { type ReceivedEvent, readEvent } from '#shared/messaging/read-event.ts';
import type { StoredMessage, StreamReader } from '#shared/messaging/stream-reader.ts';
import { type RecordedEvent, recordedOf } from '../recorded-event.ts';

export interface FoldOptions {
  readonly bus: Pick<StreamReader, 'replay'>;
  readonly flow: Flow;
  readonly service: string;
  /** The short types that it consumes. */
  readonly reacts: readonly string[];
  /** Begin with this sequence. */
  readonly first: number;
  /** Adds some events of one order, by sequence, to what is known of it. May be called again with the same. */
  readonly add: (orderId: string, history: readonly RecordedEvent[]) => Promise<void>;
  /** All up to this sequence is added. */
  readonly added: (sequence: number) => Promise<void>;
}

/** Events held in memory at a time, and what an interrupted rebuild does again at most; and documents written at once. */
const WINDOW = 1_024;
export const AT_ONCE = 512;

/**
 * Reads everything that a service may know of from the stream: what it consumes, and what it published. All that one needs
 * permission for in order to rebuild.
 * @returns the last sequence that it saw; `first - 1`: none
 */
export async function foldStream(options: FoldOptions): Promise<number> {
  const { bus, flow, service, reacts, first, add, added } = options;
  const types = [...new Set([...reacts, ...emittedBy(flow, service)])];
  const filters = types.map((type) => subjectOf(flow, type, '*'));
  let window = new Map<string, RecordedEvent[]>();
  let [upTo, events] = [first - 1, 0];
  const write = async () => {
    const orders = [...window];
    window = new Map();
    await inBatches(orders, ([orderId, history]) => add(orderId, history));
    if (upTo >= first) await added(upTo);
  };
  for await (const message of bus.replay(filters, first)) {
    upTo = message.sequence;
    events += 1;
    const received = readable(flow, message);
    if (!received) continue;
    const { contract, event } = received;
    const recorded: RecordedEvent =
      contract.owner === service
        ? { ...recordedOf(received), own: true, ...(event.causationid && { causationId: event.causationid }) }
        : recordedOf(received);
    const known = window.get(received.orderId);
    if (known) known.push(recorded);
    else window.set(received.orderId, [recorded]);
    if (events % WINDOW === 0) await write();
  }
  await write();
  return upTo;
}

/** Does it for all, so many at a time. */
async function inBatches<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE)
    await Promise.all(items.slice(from, from + AT_ONCE).map(task));
}

/** What is no event of the flow was, or will be, dead-lettered by whoever consumes it. */
function readable(flow: Flow, message: StoredMessage): ReceivedEvent | undefined {
  try {
    return readEvent(flow, message);
  } catch (error) {
    if (error instanceof Terminal) return undefined;
    throw error;
  }
}
