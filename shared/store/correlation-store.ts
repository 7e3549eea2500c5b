import type { Rebuild, Standing } from './standing.ts';

/**
 * The port to the correlation state: per order the facts known, what was decided on them, and what is still owed.
 * `record` and `commit` are one small atomic step each. It knows no rules: what to count, to hold and to publish is
 * passed in. Each is done once per order since a change leaves out what was done, and is applied only to the version that
 * it was decided on. Redis implements it (Lua), and a memory double that passes the same conformance suite.
 */

/** Something a service learnt about an order: an event that it consumed, or the result of its own effect. */
export interface Fact {
  /** The event's id: a fact is recorded once per id... */
  readonly id: string;
  /** ...and once per key, if it has one: the business transaction, such as `payment.completed:pay-12345-001`. */
  readonly key?: string;
  /** Short type: `payment.completed`. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** When it occurred, ms since the epoch, as its source says. */
  readonly occurredAt: number;
  /** When the stream stored it, ms since the epoch. */
  readonly storedAt: number;
  /** Creation context of the event, for span links. */
  readonly traceparent?: string;
}

/** A finished message that is owed to the bus: the bytes are fixed when the decision is. */
export interface OutboxEntry {
  /** The event's id: one is published once per order, ever. */
  readonly id: string;
  /** A WireMessage as JSON text. */
  readonly message: string;
}

/** Resources that an order holds from named pools: stock, chefs' slots. All or nothing. */
export interface Hold {
  /** Business id of what is held; taken once, given back or spent once. */
  readonly id: string;
  /** Pool -> units, integers > 0. */
  readonly pools: Readonly<Record<string, number>>;
  /** `held` takes; `returned` gives back what is held; `spent` keeps it from coming back. Never held: nothing happens. */
  readonly should: 'held' | 'returned' | 'spent';
}

/** An addition to one of the service's totals, to be made once per order and `once`. */
export interface Count {
  readonly once: string;
  readonly total: string;
  /** Integer. */
  readonly by: number;
}

export interface Correlation<State = unknown> {
  readonly id: string;
  /** Changes with every record and commit that changed something; 0: nothing is known of the order. */
  readonly version: number;
  /** As last committed. */
  readonly state: State | undefined;
  /** In the order in which they were recorded. */
  readonly facts: readonly Fact[];
  /** Ids of everything ever put into the outbox. */
  readonly emitted: ReadonlySet<string>;
  /** What of it is not published yet; `claimedUntil` (ms): until then somebody is at it. */
  readonly outbox: readonly (OutboxEntry & { readonly claimedUntil: number })[];
  readonly holds: ReadonlyMap<string, Hold['should']>;
  /** The `once` names counted so far. */
  readonly counted: ReadonlySet<string>;
  /** The group it counts in, if any. */
  readonly group: string | undefined;
  /** When it is to be looked at again, as last committed, ms since the epoch. */
  readonly dueAt: number | undefined;
  /** The store's clock when it was read, ms since the epoch. */
  readonly now: number;
  /** The store's epoch when it was read: after a loss of data a version may come round again, an epoch never does. */
  readonly epoch: string;
}

export interface Recorded<State = unknown> {
  /** `same-id` / `same-key`: a fact with this id / key is there already, and nothing was changed. */
  readonly outcome: 'new' | 'same-id' | 'same-key';
  readonly correlation: Correlation<State>;
}

/**
 * What a decision adds to the version that it was decided on. What that one has already (facts by id or key, emitted ids,
 * counted names) is to be left out: it would be done again. Named twice in one change, the first counts.
 */
export interface Change {
  /** JSON. */
  readonly state: unknown;
  /** Appended to the facts, in this order. */
  readonly facts?: readonly Fact[];
  readonly outbox?: readonly OutboxEntry[];
  /** Ids of messages that the bus holds already: emitted, and not owed. */
  readonly published?: readonly string[];
  /** How long the committer alone publishes the outbox entries. */
  readonly claimMs?: number;
  readonly holds?: readonly Hold[];
  readonly counts?: readonly Count[];
  /** The order counts in this group of the service's orders, and no longer in its previous one; undefined: in none. */
  readonly group?: string | undefined;
  /** Since when it counts in a group, ms since the epoch. Default: this commit. Without a group it says nothing. */
  readonly since?: number | undefined;
  /** Look again then; undefined: no need. */
  readonly dueAt: number | undefined;
  /**
   * Forget the order so long after this commit (nothing owed any more), in ms > 0; not before its outbox is published. A
   * later commit decides anew. Let it leave its group with the same commit: forgetting changes no group and no total.
   */
  readonly forgetAfterMs?: number;
}

export type Committed<State = unknown> =
  | { readonly outcome: 'done'; readonly version: number }
  /** Somebody else was first: decide again on this. */
  | { readonly outcome: 'stale'; readonly correlation: Correlation<State> }
  /** These pools, sorted, have too little for the holds to be taken, or do not exist; nothing was changed. */
  | { readonly outcome: 'short'; readonly pools: readonly string[] };

/** One atomic reading of everything that must balance. */
export interface Totals {
  readonly totals: Readonly<Record<string, number>>;
  /** Group -> orders in it now. */
  readonly groups: Readonly<Record<string, number>>;
  /** Of the orders in groups, the earliest `since`, ms since the epoch. */
  readonly oldestSince: number | undefined;
  /** Outbox entries not yet published. */
  readonly outboxPending: number;
  /** The earliest time at which an order is due to be looked at, ms since the epoch. */
  readonly oldestDueAt: number | undefined;
  /** Pool -> units left. */
  readonly pools: Readonly<Record<string, number>>;
  readonly now: number;
}

/** An order that counts in a group. */
export interface Grouped {
  readonly id: string;
  readonly since: number;
}

/** Every method throws Unavailable('store') when the store does not answer; all but the last four, too, while it is not whole. */
export interface CorrelationStore<State = unknown> {
  /** Adds a fact once. */
  record(id: string, fact: Fact): Promise<Recorded<State>>;
  load(id: string): Promise<Correlation<State>>;
  /**
   * Applies the change if the order's version, and the epoch if one is named, are still those given. What a change gives
   * back to a pool does not help what it takes.
   * @throws TypeError when a number in it is no integer, a group has no name and the like
   */
  commit(id: string, version: number, change: Change, epoch?: string): Promise<Committed<State>>;
  /** These outbox entries are published: forgets their bytes. */
  markPublished(id: string, eventIds: readonly string[]): Promise<void>;
  /**
   * Claims up to `limit` orders that are due: by their `dueAt`, or with outbox entries whose claim has run out. A claimed
   * order is due again after `leaseMs` unless a commit or markPublished says otherwise; so a crash loses none.
   */
  claimDue(limit: number, leaseMs: number): Promise<string[]>;
  /** Up to `limit` of the orders in groups, those first that have been for longest, and since when, ms since the epoch. */
  longestGrouped(limit: number): Promise<Grouped[]>;
  totals(): Promise<Totals>;
  /**
   * Sets the pools that are not there yet (`missing`), or raises all to at least these units (`raise`). Returns the units
   * added to each pool that got any, and counts them in the total `filled:<pool>`, so that an audit knows what was ever there.
   */
  fillPools(units: Readonly<Record<string, number>>, mode: 'missing' | 'raise'): Promise<Record<string, number>>;
  standing(): Promise<Standing>;
  /** Everything that follows from the stream up to this sequence has been answered by this store. */
  noteSettled(sequence: number): Promise<void>;
  /** Resolves with undefined when the store is whole or another writer's lease runs. */
  beginRebuild(leaseMs: number): Promise<Rebuild<State> | undefined>;
  close(): Promise<void>;
}
