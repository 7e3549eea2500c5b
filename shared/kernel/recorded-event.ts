import { isDeepStrictEqual } from 'node:util';
import type { Flow } from '#shared/contracts/flow.ts';
import type { ReceivedEvent } from '#shared/messaging/read-event.ts';
import type { Document } from '#shared/store/store.ts';

/** An event of an order's document: consumed, published by the service itself (`own`), or learnt by an effect. */
export interface RecordedEvent {
  /** CloudEvents id: an event is recorded once per id, and once per business transaction that it is about. */
  readonly id: string;
  /** Short type: `payment.completed`. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** When it occurred, as its source says, ms since the epoch. */
  readonly occurredAt: number;
  /** When the stream stored it; what the service itself recorded: when it was decided, on the store's clock. ms since the epoch */
  readonly storedAt: number;
  /** Stream sequence of the message by which it came. */
  readonly sequence?: number;
  readonly own?: true;
  /** Of an own event: the id of the event that caused it. */
  readonly causationId?: string;
  /** W3C trace context in which it was created. */
  readonly traceparent?: string;
}

/** A union of recorded events, by a map from short type to data: `EventOf<PizzaEventData, 'order.created' | 'chef.release'>`. */
export type EventOf<Data, Type extends keyof Data = keyof Data> = {
  [T in Type]: Omit<RecordedEvent, 'type' | 'data'> & { readonly type: T; readonly data: Data[T] };
}[Type];

/** The events of a document. Each entry is what one step recorded, as a JSON list. */
export const eventsOf = ({ entries }: Pick<Document, 'entries'>): RecordedEvent[] =>
  entries.flatMap((entry) => JSON.parse(entry) as RecordedEvent[]);

export const entryOf = (events: readonly RecordedEvent[]): string => JSON.stringify(events);

export const recordedOf = ({ event, type, sequence, storedAt }: ReceivedEvent): RecordedEvent => ({
  id: event.id,
  type,
  data: event.data,
  occurredAt: Date.parse(event.time),
  storedAt,
  sequence,
  ...(event.traceparent && { traceparent: event.traceparent }),
});

/** The event that is the same one: by its id, or by the business transaction that it is about. */
export function find(flow: Flow, events: readonly RecordedEvent[], event: RecordedEvent): RecordedEvent | undefined {
  const about = flow.events[event.type]?.about;
  const isSame = (known: RecordedEvent): boolean =>
    known.id === event.id ||
    (about !== undefined && known.type === event.type && known.data[about] === event.data[about]);
  return events.find(isSame);
}

export const hasSameContent = (a: RecordedEvent, b: RecordedEvent): boolean =>
  a.type === b.type && isDeepStrictEqual(a.data, b.data);
