import { z } from 'zod';
import type { Flow } from '#shared/contracts/flow.ts';
import { linksOf, orderLinks } from './links.ts';
import type { HistoryEvent, OrderHistory } from './order-history.ts';

const step = z.object({
  type: z.string(),
  id: z.string(),
  source: z.string(),
  time: z.string(),
  causedBy: z.string().optional(),
  sequence: z.number().int(),
});

/** The answer to `GET /orders/{id}`. */
export const orderView = z.object({
  orderId: z.string(),
  status: z.enum(['waiting', 'ready', 'cancelled', 'timeout']),
  receivedEvents: z.array(z.string()).describe('Of the events that the order needs, those that came.'),
  missingEvents: z.array(z.string()).describe('Those that did not.'),
  reason: z.string().optional().describe('Why it was cancelled or timed out.'),
  paymentPending: z.literal(true).optional().describe('The payment gateway has not answered yet.'),
  timeline: z.array(step).describe('By stream sequence; a redelivered copy once.'),
  unreadable: z
    .array(z.object({ sequence: z.number().int(), subject: z.string(), reason: z.string() }))
    .optional()
    .describe('Messages under the order that are no events of the flow.'),
  links: orderLinks,
});
export type OrderView = z.infer<typeof orderView>;

const PENDING = 'payment.initiated';

/** Where an order stands by its history alone. */
export function viewOf(flow: Flow, orderId: string, { events, unreadable }: OrderHistory): OrderView {
  const seen = new Set(events.map(({ type }) => type));
  const needed = flow.requirements.map(({ fulfilled }) => fulfilled);
  const outcome = outcomeOf(flow, events);
  const reason = outcome?.event.event.data.reason;
  return {
    orderId,
    status: outcome?.status ?? 'waiting',
    receivedEvents: needed.filter((type) => seen.has(type)),
    missingEvents: needed.filter((type) => !seen.has(type)),
    ...(typeof reason === 'string' && { reason }),
    ...(isPaymentPending(flow, seen) && { paymentPending: true }),
    timeline: events.map(stepOf),
    ...(unreadable.length > 0 && { unreadable: [...unreadable] }),
    links: linksOf(orderId),
  };
}

type Ended = keyof Flow['outcomes'];

/** The event that ended the order: the first of them, since there is no second one ever. */
export function outcomeOf(flow: Flow, events: readonly HistoryEvent[]) {
  const statuses = new Map(Object.entries(flow.outcomes).map(([status, type]) => [type, status as Ended]));
  for (const event of events) {
    const status = statuses.get(event.type);
    if (status) return { status, event };
  }
  return undefined;
}

/**
 * Nothing more is to come: the order has ended, and if it was not made, whatever had been fulfilled for it is reported
 * as undone.
 */
export function isOver(flow: Flow, events: readonly HistoryEvent[]): boolean {
  const outcome = outcomeOf(flow, events);
  if (!outcome) return false;
  if (outcome.status === 'ready') return true;
  return flow.requirements.every(({ fulfilled, compensated, businessId }) => {
    const idsOf = (type: string) => events.filter((e) => e.type === type).map((e) => e.event.data[businessId]);
    const undone = new Set(idsOf(compensated));
    return idsOf(fulfilled).every((id) => undone.has(id));
  });
}

function isPaymentPending(flow: Flow, seen: ReadonlySet<string>): boolean {
  const [domain] = PENDING.split('.');
  const payment = flow.requirements.find(({ name }) => name === domain);
  return seen.has(PENDING) && !(payment && (seen.has(payment.fulfilled) || seen.has(payment.rejected)));
}

const stepOf = ({ type, event, sequence }: HistoryEvent): z.infer<typeof step> => ({
  type,
  id: event.id,
  source: event.source,
  time: event.time,
  ...(event.causationid && { causedBy: event.causationid }),
  sequence,
});
