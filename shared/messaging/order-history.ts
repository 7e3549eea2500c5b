import type { Flow } from '#shared/contracts/flow.ts';
import type { CloudEvent } from './cloud-event.ts';
import { Terminal } from './faults.ts';
import { readEvent } from './read-event.ts';
import type { StoredMessage } from './stream-reader.ts';

/** An event of an order in the stream. */
export interface HistoryEvent {
  readonly type: string;
  readonly event: CloudEvent;
  readonly sequence: number;
  /** W3C trace context of the event's creation, else of its publish. */
  readonly traceparent: string | undefined;
}

/** A message under an order's subjects that is no event of the flow; the services dead-letter it. */
interface UnreadableMessage {
  readonly sequence: number;
  readonly subject: string;
  /** Kebab-case, as in the dead letter. */
  readonly reason: string;
}

/** The events of an order, in the sequence in which messages are added: a redelivered copy once, a second payment twice. */
export class OrderHistory {
  readonly events: HistoryEvent[] = [];
  readonly unreadable: UnreadableMessage[] = [];
  readonly #flow: Flow;
  readonly #known = new Set<string>();

  constructor(flow: Flow, messages: readonly StoredMessage[]) {
    this.#flow = flow;
    for (const message of messages) this.add(message);
  }

  /** The event in the message, unless it is unreadable or a copy. */
  add(message: StoredMessage): HistoryEvent | undefined {
    const { sequence, subject, headers } = message;
    try {
      const { type, event } = readEvent(this.#flow, message);
      const key = `${type}:${event.id}`;
      if (this.#known.has(key)) return undefined;
      this.#known.add(key);
      const added = { type, event, sequence, traceparent: event.traceparent ?? headers.traceparent };
      this.events.push(added);
      return added;
    } catch (error) {
      if (!(error instanceof Terminal)) throw error;
      this.unreadable.push({ sequence, subject, reason: error.reason });
      return undefined;
    }
  }
}

/** The event that ended an order: the first of them, although there should never be a second. */
export function outcomeOf<E extends { readonly type: string }>({ outcomes }: Flow, events: readonly E[]) {
  const statuses = Object.keys(outcomes) as (keyof typeof outcomes)[];
  for (const event of events) {
    const status = statuses.find((each) => outcomes[each] === event.type);
    if (status) return { status, event };
  }
  return undefined;
}
