import type { Flow } from '#shared/contracts/flow.ts';
import type { CloudEvent } from '#shared/messaging/cloud-event.ts';
import { Terminal } from '#shared/messaging/faults.ts';
import { readEvent } from '#shared/messaging/read-event.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';

/** An event of an order as the stream holds it. */
export interface HistoryEvent {
  /** Short type. */
  readonly type: string;
  readonly event: CloudEvent;
  /** The stream's sequence. */
  readonly sequence: number;
}

/** A message in the stream that is no event of the flow; the services dead-letter it. */
export interface UnreadableMessage {
  readonly sequence: number;
  readonly subject: string;
  /** Kebab-case, as in the dead letter. */
  readonly reason: string;
}

export interface OrderHistory {
  /** By sequence, each event id once. */
  readonly events: readonly HistoryEvent[];
  readonly unreadable: readonly UnreadableMessage[];
}

/** The history of an order that stands in these messages. A redelivered copy appears once, a second payment twice. */
export function historyOf(flow: Flow, messages: readonly StoredMessage[]): OrderHistory {
  const events = new Map<string, HistoryEvent>();
  const unreadable: UnreadableMessage[] = [];
  for (const message of messages) {
    const read = readOne(flow, message);
    if ('reason' in read) unreadable.push(read);
    else if (!events.has(keyOf(read))) events.set(keyOf(read), read);
  }
  return { events: [...events.values()], unreadable };
}

/** One message as an event, or why it is none. */
export function readOne(flow: Flow, message: StoredMessage): HistoryEvent | UnreadableMessage {
  const { sequence, subject } = message;
  try {
    const { type, event } = readEvent(flow, message);
    return { type, event, sequence };
  } catch (error) {
    if (error instanceof Terminal) return { sequence, subject, reason: error.reason };
    throw error;
  }
}

/** What makes two messages the same event. */
export const keyOf = ({ type, event }: HistoryEvent): string => `${type}:${event.id}`;
