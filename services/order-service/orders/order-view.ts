import { z } from 'zod';
import type { Flow } from '#shared/contracts/flow.ts';
import { type HistoryEvent, type OrderHistory, outcomeOf } from '#shared/messaging/order-history.ts';

export const orderLinks = z.object({ self: z.string(), events: z.string(), live: z.string() });

/** Where to ask about an order; paths relative to this server. */
export const linksOf = (orderId: string): z.infer<typeof orderLinks> => ({
  self: `/orders/${orderId}`,
  events: `/orders/${orderId}/events`,
  live: `/orders/${orderId}/live`,
});

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
  receivedEvents: z.array(z.string()).describe('The events that the order needs and that the stream holds.'),
  missingEvents: z.array(z.string()).describe('The events that the order still needs.'),
  reason: z.string().optional().describe('Why it was cancelled or timed out.'),
  paymentPending: z.literal(true).optional().describe('The payment gateway has not answered yet.'),
  timeline: z.array(step).describe('By stream sequence; a redelivered copy once.'),
  unreadable: z
    .array(z.object({ sequence: z.number().int(), subject: z.string(), reason: z.string() }))
    .optional()
    .describe("Messages under the order's subjects that are no events of the flow."),
  links: orderLinks,
});
type OrderView = z.infer<typeof orderView>;

/** How an order stands, by its history alone. */
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
    ...(isPaymentPending(seen) && { paymentPending: true }),
    timeline: events.map(stepOf),
    ...(unreadable.length > 0 && { unreadable: unreadable }),
    links: linksOf(orderId),
  };
}

/** No further event is expected: the order is ready, or has ended otherwise and every fulfilment is reported as undone. */
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

/** The gateway has been asked and has not answered yet. */
const isPaymentPending = (seen: ReadonlySet<string>): boolean =>
  seen.has('payment.initiated') && !seen.has('payment.completed') && !seen.has('payment.failed');

const stepOf = ({ type, event, sequence }: HistoryEvent): z.infer<typeof step> => ({
  type,
  id: event.id,
  source: event.source,
  time: event.time,
  ...(event.causationid && { causedBy: event.causationid }),
  sequence,
});
