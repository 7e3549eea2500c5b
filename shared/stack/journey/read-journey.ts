import type { Flow } from '#shared/contracts/flow.ts';
import { type HistoryEvent, OrderHistory, outcomeOf } from '#shared/messaging/order-history.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';
import { spanContextOf } from '#shared/telemetry/traces/trace-context.ts';
import { journeySteps, type TimelineEntry } from './describe-journey.ts';

export type Journey = ReturnType<typeof journeyOf>;

/** What these messages, by sequence, tell of an order. */
export function journeyOf(flow: Flow, orderId: string, messages: readonly StoredMessage[]) {
  const { events, unreadable } = new OrderHistory(flow, messages);
  const timeline = events.map(entryOf);
  return {
    orderId,
    status: outcomeOf(flow, timeline)?.status ?? 'waiting',
    /** Each once, in the order in which they appear; more than one where a timeout began a trace of its own. */
    traceIds: [...new Set(timeline.flatMap(({ traceId }) => traceId ?? []))],
    events: journeySteps(flow, timeline),
    unreadable,
  };
}

function entryOf({ type, event, traceparent }: HistoryEvent): TimelineEntry {
  const { id, source, time, causationid: causedBy } = event;
  const traceId = spanContextOf(traceparent)?.traceId;
  return { type, id, source, time, ...(causedBy && { causedBy }), ...(traceId && { traceId }) };
}
