import type { Draft as Unsent } from '#shared/messaging/build-event.ts';
import type { RecordedEvent } from './recorded-event.ts';

/** What is known besides the state when a decision is taken. */
export interface Circumstances {
  readonly orderId: string;
  /** The store's clock, ms since the epoch. */
  readonly now: number;
  /** Everything that the stream held when the sweep began is accounted for: deadlines may be judged. */
  readonly caughtUp: boolean;
  /** Pools that had too little for what was decided before. */
  readonly insufficient: readonly string[];
}

export interface Draft extends Unsent {
  /** Id of the event that caused it. Default: the latest one. */
  readonly cause?: string;
}

/** I/O that is owed. What is learnt by it comes back as an event of its own. */
export interface Effect {
  /** Performed at most once per run of the reactor; idempotent over runs. */
  readonly id: string;
}

export interface Decision<Fx extends Effect = Effect> {
  readonly publish?: readonly Draft[];
  readonly effects?: readonly Fx[];
}

/** Name -> integer. */
export type Tally = Readonly<Record<string, number>>;

/**
 * The rules of a service: pure functions on the events that it consumed, published and learnt (the Decider pattern, J. Chassaing).
 * First delivery, redelivery, crash, sweep and rebuild all fold the events and decide what is still owed. They are methods so that a
 * service may narrow the event to its own union.
 */
export interface Rules<State = unknown, Event extends RecordedEvent = RecordedEvent, Fx extends Effect = Effect> {
  readonly initial: State;
  evolve(state: State, event: Event): State;
  /** What is owed now and not yet in the state. */
  decide(state: State, circumstances: Circumstances): Decision<Fx>;
  /** What the order adds to the service's counters. */
  tally?(state: State): Tally;
  /** What it holds of the pools: pool -> units. */
  holds?(state: State): Tally;
  /** When to look at it again, ms since the epoch; undefined: only when an event comes. */
  dueAt?(state: State, now: number): number | undefined;
  /** Nothing is owed any more: the document may be forgotten after the retention. */
  isClosed(state: State): boolean;
}
