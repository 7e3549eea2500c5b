import type { Flow } from '#shared/contracts/flow.ts';
import type { Counters } from '#shared/store/store.ts';
import type { DeadLetter } from './dlq/dead-letter.ts';

/** Money in minor units of its currency. */
export interface Amount {
  readonly minor: number;
  readonly currency: string;
}

/** An event as the stream holds it, of copies the first: as much of it as invariants ask for, since there are many. */
export interface SeenEvent {
  readonly id: string;
  /** Short type. */
  readonly type: string;
  /** The stream's sequence, and when it stored the event, ms since the epoch. */
  readonly sequence: number;
  readonly storedAt: number;
  /** Of the business transaction of the requirement that it is about. */
  readonly businessId?: string;
  /** What a fulfilment took. */
  readonly amount?: Amount;
  /** What a fulfilment takes from its owner's pools: pool -> units. */
  readonly takes?: Readonly<Record<string, number>>;
  /** What the order was made with: business id by its data field. */
  readonly uses?: Readonly<Record<string, unknown>>;
  /** Of the body's bytes: every copy has to have the same. */
  readonly digest: string;
}

/** All that the stream holds of one order. */
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
  /** Not made by payment: its ledger learns of it by the refund alone. */
  readonly foreign: boolean;
}

/** What a service knows of an order: the types of the events that it consumed, as they came, and the ids of what it published. */
export interface Known {
  readonly service: string;
  readonly types: readonly string[];
  readonly published: ReadonlySet<string>;
}

/** A run as whoever judges it sees it: the stream, the gateway's journal, and what the services' stores say. */
export interface SeenRun {
  readonly flow: Flow;
  readonly orders: ReadonlyMap<string, SeenOrder>;
  /** Orders whose customer was told that they are taken. */
  readonly accepted: ReadonlySet<string>;
  /** What was given up, and nobody expected it. */
  readonly deadLetters: readonly DeadLetter[];
  /** Captured charges, by order. */
  readonly charges: ReadonlyMap<string, readonly Charge[]>;
  /** Service -> its counters. */
  readonly counters: ReadonlyMap<string, Counters>;
  /** Order -> the ids of the events that the ledger's owner knows to have published for it. */
  readonly ledger: ReadonlyMap<string, ReadonlySet<string>>;
  /** What services know of an order whose tombstone the stream holds. */
  readonly ended: ReadonlyMap<string, readonly Known[]>;
  /** What is still owed, long after it should be settled; empty at rest. */
  readonly owed: readonly string[];
  /** What handlers threw although they must not. */
  readonly broken: readonly unknown[];
}
