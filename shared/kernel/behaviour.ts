import type { OpenStore } from '#shared/store/store.ts';
import type { Milestone } from './instrumentation.ts';
import type { RecordedEvent } from './recorded-event.ts';
import type { Effect, Rules, Tally } from './rules.ts';

/** How an event ended: a metric label, a log field and a span status. */
export type Outcome = 'ok' | 'duplicate' | 'late' | 'conflict' | 'rejected';

/** What was learnt by an effect: it becomes an event of the order. */
export interface Learnt {
  /** The same for a repetition. */
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Rules, and what the runtime has to do for them. Methods, so that a service may narrow state, event and effect. */
export interface Behaviour<State = unknown, Event extends RecordedEvent = RecordedEvent, Fx extends Effect = Effect> {
  readonly rules: Rules<State, Event, Fx>;
  /** Does an effect. Undefined: there is no answer yet; `dueAt` asks again. */
  perform?(effect: Fx): Promise<Learnt | undefined>;
  /** How a newly recorded event ended, by the states before and after it. Default `ok`. */
  outcomeOf?(before: State, event: Event, after: State): Outcome;
  /** Defined when the step between the two states ended the order. `now`: the store's clock, ms since the epoch. */
  milestoneOf?(before: State, after: State, now: number): Milestone | undefined;
  /** Of an order that waits: for what, and since when, ms since the epoch. The longest waiting ones are logged. */
  waitsFor?(state: State): { readonly missing: string; readonly since: number } | undefined;
  /** Deadlines are judged only once this service has caught up with the stream. */
  readonly judgesDeadlines?: boolean;
  /** Units of the pools that orders hold from; with `restock` they are raised to these units when they run low. */
  readonly pools?: { readonly units: Tally; readonly restock: boolean };
  /** Further tables, each in a store of its own, that are rebuilt with them. */
  readonly tables?: readonly Table[];
}

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
