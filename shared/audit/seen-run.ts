import type { Flow } from '#shared/contracts/flow.ts';
import type { Counters } from '#shared/store/store.ts';
import type { DeadLetter } from './dlq/dead-letter.ts';

/** Money in minor units of its currency. */
export interface Amount {
  readonly minor: number;
  readonly currency: string;
}

/** An event in the stream, of copies the first. Only what invariants need, since there are many. */
export interface SeenEvent {
  readonly id: string;
  readonly type: string;
  /** The stream's sequence, and when it stored the event, ms since the epoch. */
  readonly sequence: number;
  readonly storedAt: number;
  /** Of the requirement's business transaction that it is about. */
  readonly businessId?: string;
  /** What a fulfilment took. */
  readonly amount?: Amount;
  /** What a fulfilment takes from its owner's pools: pool -> units. */
  readonly takes?: Readonly<Record<string, number>>;
  /** What the order was made with: data field -> business id. */
  readonly uses?: Readonly<Record<string, unknown>>;
  /** Of the body: every copy must have the same. */
  readonly digest: string;
}

export interface SeenOrder {
  readonly id: string;
  /** By sequence; each event id once. */
  readonly events: readonly SeenEvent[];
  /** Ids under which the stream holds two different contents. */
  readonly reused: readonly string[];
}

/** One captured charge of the gateway's journal. */
export interface Charge extends Amount {
  readonly paymentId: string;
  readonly orderId: string;
  readonly refunded: boolean;
  /** Not made by payment: its ledger only learns of it by the refund. */
  readonly foreign: boolean;
}

/** What a service knows of an order: types of the events that it consumed, in order, and ids of those that it published. */
export interface Known {
  readonly service: string;
  readonly types: readonly string[];
  readonly published: ReadonlySet<string>;
}

/** A run to judge: the stream, the gateway's journal, and the services' stores. */
export interface SeenRun {
  readonly flow: Flow;
  readonly orders: ReadonlyMap<string, SeenOrder>;
  /** Orders that were answered with 202. */
  readonly accepted: ReadonlySet<string>;
  /** The unexpected ones. */
  readonly deadLetters: readonly DeadLetter[];
  /** Captured charges, by order. */
  readonly charges: ReadonlyMap<string, readonly Charge[]>;
  readonly counters: ReadonlyMap<string, Counters>;
  /** Order -> ids of the events that the ledger's owner has published for it. */
  readonly ledger: ReadonlyMap<string, ReadonlySet<string>>;
  /** Order that was cancelled or timed out -> what the services know of it. */
  readonly ended: ReadonlyMap<string, readonly Known[]>;
  /** What is still owed at the deadline; empty at rest. */
  readonly owed: readonly string[];
  /** Errors of handlers, which must not throw. */
  readonly broken: readonly unknown[];
}
