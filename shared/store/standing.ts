import { Unavailable } from '#shared/messaging/faults.ts';
import type { Change, Committed, Correlation } from './correlation-store.ts';

/** Whether the data of a store can be built upon. */
export interface Standing {
  /**
   * `wiped`: it was never there, or it is lost. `restarted`: its server came up again, maybe without the last second of
   * what it had answered. `rebuilding`: somebody writes back what was lost. Whatever it is but `whole`, every other method
   * throws Unavailable, and nothing is written.
   */
  readonly is: 'whole' | 'wiped' | 'restarted' | 'rebuilding';
  /** What followed from the stream up to this sequence is there; 0: nothing is. */
  readonly settledUpTo: number;
}

/**
 * The one writer of a store that is not whole. Every method throws Unavailable when the server does not answer, and with
 * NotWhole as its cause when the store was wiped again or another writer took over: then nothing was written.
 */
export interface Rebuild<State = unknown> {
  readonly cause: Exclude<Standing['is'], 'whole'>;
  readonly settledUpTo: number;
  load(id: string): Promise<Correlation<State>>;
  /** As the store's own, but that a pool is taken from whatever is left in it: what was held is history. */
  commit(id: string, version: number, change: Change): Promise<Committed<State>>;
  markPublished(id: string, eventIds: readonly string[]): Promise<void>;
  fillPools(units: Readonly<Record<string, number>>, mode: 'missing' | 'raise'): Promise<Record<string, number>>;
  /** Orders that are to be looked at by then, ms since the epoch; at most so many. Changes nothing. */
  dueBy(at: number, limit: number): Promise<string[]>;
  /** What follows from the stream up to this sequence is here: whoever goes on with the rebuild begins behind it. */
  noteSettled(sequence: number): Promise<void>;
  /** Nobody else may begin for another `leaseMs`. */
  renew(leaseMs: number): Promise<void>;
  /** The store is whole, in a new epoch, and holds what follows from the stream up to this sequence. */
  complete(settledUpTo: number): Promise<void>;
  /** Leaves it to the next one at once. Never throws. */
  abandon(): Promise<void>;
}

/** What a store is instead of whole; the cause of an Unavailable. */
export class NotWhole extends Error {
  override readonly name = 'NotWhole';
  readonly is: Standing['is'];
  constructor(is: Standing['is']) {
    super(`the store is ${is === 'whole' ? 'whole again, in another epoch' : is}`);
    this.is = is;
  }
}

export const notWhole = (is: Standing['is']): Unavailable => new Unavailable('store', { cause: new NotWhole(is) });

/** Is it away since its data is not whole, and not since it does not answer? */
export const isNotWhole = (error: unknown): boolean => error instanceof Unavailable && error.cause instanceof NotWhole;
