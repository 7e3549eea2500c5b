import { isDeepStrictEqual } from 'node:util';
import { type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { fromMessage } from '#shared/messaging/binding.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import { type Publisher, SubjectTaken } from '#shared/messaging/publisher.ts';
import type { StreamReader } from '#shared/messaging/stream-reader.ts';

const SOURCE = 'order-service';
const PUBLISH_WITHIN_MS = 1_400;

export interface Announcement {
  readonly orderId: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** The id was derived from an Idempotency-Key: the stream may hold the order already. */
  readonly keyed: boolean;
  /** Ms since the epoch. */
  readonly now: number;
  readonly traceparent: string | undefined;
}

/** The order.created that the stream holds. */
export interface Announced {
  /** `other`: the stream's has other data. */
  readonly is: 'same' | 'other';
  readonly sequence: number;
}

type Stream = Pick<Publisher, 'publish'> & Pick<StreamReader, 'read'>;

/**
 * Publishes order.created, once per order id.
 * @throws Unavailable when the outcome is unknown, Terminal when the stream refuses the event.
 */
export async function announceOrder(bus: Stream, flow: Flow, order: Announcement): Promise<Announced> {
  const { orderId, data, keyed, now, traceparent } = order;
  const event = buildEvent(flow, { type: flow.start, data }, { orderId, source: SOURCE, now, traceparent });
  const options = { timeoutMs: PUBLISH_WITHIN_MS, ...(keyed && { expectLastSubjectSequence: 0 }) };
  try {
    // The stream de-duplicates by id before it checks the subject, whatever the data: a duplicate is compared as well.
    const { duplicate, sequence } = await bus.publish(toWire(flow, event), options);
    return duplicate ? await compare(bus, flow, order, sequence) : { is: 'same', sequence };
  } catch (error) {
    if (error instanceof SubjectTaken) return await compare(bus, flow, order);
    throw error;
  }
}

async function compare(bus: Stream, flow: Flow, { orderId, data }: Announcement, from = 1): Promise<Announced> {
  const [stored] = await bus.read(subjectOf(flow, flow.start, orderId), from);
  // It expired between the two calls: the next attempt finds the subject empty.
  if (!stored) throw new Unavailable('broker');
  return { is: isDeepStrictEqual(fromMessage(stored).data, data) ? 'same' : 'other', sequence: stored.sequence };
}
