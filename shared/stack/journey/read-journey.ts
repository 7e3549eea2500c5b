import type { Flow } from '#shared/contracts/flow.ts';
import { Terminal } from '#shared/messaging/faults.ts';
import { readEvent } from '#shared/messaging/read-event.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';
import {
  type JourneyStep,
  journeySteps,
  type OrderOutcome,
  outcomeOf,
  type TimelineEntry,
} from './describe-journey.ts';

/** One order's events, as the stream holds them. */
export interface Journey {
  readonly orderId: string;
  readonly status: OrderOutcome | 'waiting';
  /** Each once, in the order in which they appear; more than one where a timeout began a trace of its own. */
  readonly traceIds: readonly string[];
  /** By time; a redelivered copy once. */
  readonly events: readonly JourneyStep[];
  /** Messages under the order that are no events of the flow. */
  readonly unreadable: readonly { readonly sequence: number; readonly subject: string; readonly reason: string }[];
}

/** What these messages, by sequence, tell of an order. */
export function journeyOf(flow: Flow, orderId: string, messages: readonly StoredMessage[]): Journey {
  const entries = new Map<string, TimelineEntry>();
  const unreadable: Journey['unreadable'][number][] = [];
  for (const message of messages) {
    const read = entryOf(flow, message);
    if ('reason' in read) unreadable.push(read);
    else if (!entries.has(`${read.type}:${read.id}`)) entries.set(`${read.type}:${read.id}`, read);
  }
  const timeline = [...entries.values()];
  return {
    orderId,
    status: outcomeOf(flow, timeline)?.status ?? 'waiting',
    traceIds: [...new Set(timeline.flatMap(({ traceId }) => traceId ?? []))],
    events: journeySteps(flow, timeline),
    unreadable,
  };
}

function entryOf(flow: Flow, message: StoredMessage): TimelineEntry | Journey['unreadable'][number] {
  try {
    const { type, event } = readEvent(flow, message);
    const traceId = traceIdOf(event.traceparent ?? message.headers.traceparent);
    return {
      type,
      id: event.id,
      source: event.source,
      time: event.time,
      ...(event.causationid && { causedBy: event.causationid }),
      ...(traceId && { traceId }),
    };
  } catch (error) {
    if (!(error instanceof Terminal)) throw error;
    return { sequence: message.sequence, subject: message.subject, reason: error.reason };
  }
}

/** W3C Trace Context: `<version>-<trace id>-<parent id>-<flags>`. */
const traceIdOf = (traceparent: string | undefined): string | undefined =>
  /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent ?? '')?.[1];
