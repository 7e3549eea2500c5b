import type { Flow } from '#shared/contracts/flow.ts';
import type { CloudEvent } from '#shared/messaging/cloud-event.ts';
import { Terminal } from '#shared/messaging/faults.ts';
import { readEvent } from '#shared/messaging/read-event.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';

/** An event of an order in the stream. */
export interface HistoryEvent {
  /** Short type. */
  readonly type: string;
  readonly event: CloudEvent;
  readonly sequence: number;
}

/** A message under an order's subjects that is no event of the flow; the services dead-letter it. */
export interface UnreadableMessage {
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
    const { sequence, subject } = message;
    try {
      const { type, event } = readEvent(this.#flow, message);
      const key = `${type}:${event.id}`;
      if (this.#known.has(key)) return undefined;
      this.#known.add(key);
      const added = { type, event, sequence };
      this.events.push(added);
      return added;
    } catch (error) {
      if (!(error instanceof Terminal)) throw error;
      this.unreadable.push({ sequence, subject, reason: error.reason });
      return undefined;
    }
  }
}
