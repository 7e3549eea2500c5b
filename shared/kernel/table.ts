import type { OpenStore } from '#shared/store/store.ts';
import type { RecordedEvent } from './recorded-event.ts';
import type { Rules } from './rules.ts';

/** A store, the rules of its documents, and how the stream's events get into it when it is rebuilt. */
export interface Table<State = unknown> {
  readonly store: OpenStore;
  readonly rules: Rules<State>;
  /** A closed document is kept so long. ms */
  readonly retainMs: number;
  /** What an event of the stream, consumed or own, records in which document. Pure. */
  recordsOf(orderId: string, event: RecordedEvent): readonly { readonly id: string; readonly event: RecordedEvent }[];
}

/** A service's own table: a document per order, of all that it consumed and published. */
export const orderTable = <State>(store: OpenStore, rules: Rules<State>, retainMs: number): Table<State> => ({
  store,
  rules,
  retainMs,
  recordsOf: (orderId, event) => [{ id: orderId, event }],
});
