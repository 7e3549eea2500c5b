import { Unavailable } from '#shared/messaging/faults.ts';

/**
 * The port to the state of a service: one versioned document per order, and counters that change with it. It knows documents
 * and integers, no events: the kernel decides what an entry says, what is counted and what is held. Redis implements it, and a
 * memory double that passes the same conformance suite.
 */

/** A document as it was read. */
export interface Document {
  readonly id: string;
  /** How many entries it has; 0: nothing is known of it. */
  readonly version: number;
  /** Texts, the oldest first. */
  readonly entries: readonly string[];
  /** When to look at it again, ms since the epoch; undefined: no need. */
  readonly dueAt: number | undefined;
  /** The store's clock at the reading, ms since the epoch: the one clock that judges deadlines. */
  readonly now: number;
  /** The store's epoch: after a loss of data a version may come round again, an epoch never does. */
  readonly epoch: string;
}

/** Name -> integer, mostly a difference. */
export type Integers = Readonly<Record<string, number>>;

/** One atomic step on a document. */
export interface Change {
  /** Is appended. Without one the version stays. */
  readonly entry?: string | undefined;
  /** Counter -> by how much it changes. */
  readonly counters?: Integers;
  /** Pool -> by how much it changes. A pool that is not there, or would fall below 0, refuses the whole change. */
  readonly pools?: Integers;
  /** When to look again, ms since the epoch; undefined: as before. A time that has passed stays unless `attended`. */
  readonly dueAt?: number | 'never' | undefined;
  readonly attended?: boolean;
  /** Forget the document so many ms after this step, but not its counters and pools. Undefined: as before. */
  readonly expireAfterMs?: number | 'never' | undefined;
}

export type Committed =
  | { readonly outcome: 'done'; readonly now: number; readonly epoch: string }
  /** Another writer was first: decide again on this. */
  | { readonly outcome: 'beaten'; readonly document: Document }
  /** These pools, sorted, refused it; nothing was changed. */
  | { readonly outcome: 'insufficient'; readonly pools: readonly string[] };

/** A document to look at, and when. */
export type Due = { readonly id: string; readonly dueAt: number };

/** One atomic reading of everything that must balance. */
export interface Counters {
  readonly counters: Integers;
  /** Pool -> units left. */
  readonly pools: Integers;
  /** The earliest due time of a document, ms since the epoch. */
  readonly oldestDueAt: number | undefined;
  readonly now: number;
}

export interface Health {
  /**
   * `wiped`: the data was never there, or is lost. `restarted`: the server came up again, maybe without the last second of what
   * it had answered. `rebuilding`: a process reads the data back from the stream. While the store is not `whole`, every other call
   * throws Unavailable, and nothing is written.
   */
  readonly is: 'whole' | 'wiped' | 'restarted' | 'rebuilding';
  /** All that follows from the stream up to this sequence is there; 0: nothing is. */
  readonly checkpoint: number;
  /** Of which stream: a sequence says nothing of another one. */
  readonly stream?: string | undefined;
}

/** Every call throws Unavailable('store') when the store does not answer, or (except `health`) is not whole. */
export interface Store {
  load(id: string): Promise<Document>;
  /** Applies the change if version and epoch are still those seen. @throws TypeError when a number is no integer */
  commit(id: string, seen: Pick<Document, 'version' | 'epoch'>, change: Change): Promise<Committed>;
  /** Up to `limit` due documents, the longest overdue first; nobody else gets one with this due time during the lease. */
  claimDue(limit: number, leaseMs: number): Promise<Due[]>;
  /** Up to `limit` documents with the earliest due times, due or not. Changes nothing. */
  oldest(limit: number): Promise<Due[]>;
  counters(): Promise<Counters>;
  health(): Promise<Health>;
}

/** Pools of stock or slots, from which documents hold units. */
export interface Pools {
  /** Sets missing pools, or raises all to these units. Counts what it adds in `filled:<pool>`, for the audit. */
  stock(units: Integers, mode: 'missing' | 'raise'): Promise<void>;
}

/** How a loss of data is noticed and repaired. */
export interface Recovery {
  /** All up to this sequence of this stream is here: where a rebuild begins after a restart. */
  checkpoint(sequence: number, stream?: string): Promise<void>;
  /** Resolves with undefined when the store is whole, or another writer's lease runs. */
  beginRebuild(leaseMs: number): Promise<Rebuild | undefined>;
}

/** The one writer of a store that is not whole. @throws NotWhole once it is not. Pools never refuse. */
export interface Rebuild extends Pick<Store, 'load' | 'commit' | 'claimDue'>, Pools, Pick<Recovery, 'checkpoint'> {
  readonly cause: Exclude<Health['is'], 'whole'>;
  /** Its checkpoint, and of which stream: begin with what follows. */
  readonly from: number;
  readonly stream?: string | undefined;
  renew(leaseMs: number): Promise<void>;
  /** The store is whole, in a new epoch, up to this sequence. */
  complete(sequence: number, stream?: string): Promise<void>;
  /** Leaves it to the next writer at once. Never throws. */
  abandon(): Promise<void>;
}

export interface OpenStore extends Store, Pools, Recovery {
  close(): Promise<void>;
}

/** A store is away because of its data, and not because it does not answer. */
export class NotWhole extends Unavailable {
  constructor(is: string) {
    super('store');
    this.message = `the store is ${is}`;
  }
}
