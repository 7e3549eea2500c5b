import { isDeepStrictEqual } from 'node:util';
import { type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { fromMessage } from '#shared/messaging/binding.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import { type Publisher, type PublishOptions, SubjectTaken } from '#shared/messaging/publisher.ts';
import type { StreamReader } from '#shared/messaging/stream-reader.ts';

const SOURCE = 'order-service';
const PUBLISH_WITHIN_MS = 1_400;

export interface Announcement {
  readonly orderId: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** The id was derived from an Idempotency-Key: the order may be in the stream already. */
  readonly keyed: boolean;
  /** Ms since the epoch. */
  readonly now: number;
  readonly traceparent: string | undefined;
}

/** What the stream holds of an order's beginning. */
export interface Announced {
  /** `other`: an order with this id and other data. */
  readonly is: 'same' | 'other';
  /** The stream's. */
  readonly sequence: number;
}

/**
 * Puts order.created into the stream, once per order id.
 * @throws Unavailable when that is not known to have happened, Terminal when the stream refuses it.
 */
export async function announceOrder(
  bus: Pick<Publisher, 'publish'> & Pick<StreamReader, 'read'>,
  flow: Flow,
  order: Announcement,
): Promise<Announced> {
  const { orderId, data, keyed, now, traceparent } = order;
  const event = buildEvent(flow, { type: flow.start, data }, { orderId, source: SOURCE, now, traceparent });
  const options: PublishOptions = { timeoutMs: PUBLISH_WITHIN_MS, ...(keyed && { expectLastSubjectSequence: 0 }) };
  try {
    // The stream de-duplicates by id before it looks at the subject, whatever the data: a duplicate is compared, too.
    const { duplicate, sequence } = await bus.publish(toWire(flow, event), options);
    return duplicate ? await compare(bus, flow, order, sequence) : { is: 'same', sequence };
  } catch (error) {
    if (error instanceof SubjectTaken) return await compare(bus, flow, order);
    throw error;
  }
}

async function compare(
  bus: Pick<StreamReader, 'read'>,
  flow: Flow,
  { orderId, data }: Announcement,
  from = 1,
): Promise<Announced> {
  const [stored] = await bus.read(subjectOf(flow, flow.start, orderId), from);
  // Forgotten between the two calls: the next repetition finds the subject empty.
  if (!stored) throw new Unavailable('broker');
  return { is: isDeepStrictEqual(fromMessage(stored).data, data) ? 'same' : 'other', sequence: stored.sequence };
}
