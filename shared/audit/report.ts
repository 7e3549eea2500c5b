import type { Finding } from './finding.ts';
import type { Money } from './money.ts';

/** What became of one invariant. */
export interface JudgedInvariant {
  readonly name: string;
  /** How many things were looked at: orders, charges, pools, counters, letters. */
  readonly checked: number;
  readonly violations: number;
  /** The first few. */
  readonly examples: readonly Pick<Finding, 'orderId' | 'detail'>[];
  /** Why it could not be judged; then there are no violations. */
  readonly notJudged?: string;
}

/** What an audit found: plain data. */
export interface AuditReport {
  /** RFC 3339. */
  readonly at: string;
  readonly tookMs: number;
  /** No invariant is violated. */
  readonly clean: boolean;
  /** Nothing was owed when it looked; undefined sums could be compared. */
  readonly atRest: boolean;
  readonly stream: {
    readonly messages: number;
    readonly firstSequence: number;
    readonly lastSequence: number;
    /** Stored twice under one event id. */
    readonly copies: number;
    /** No events of the flow: every consumer refuses them. */
    readonly unreadable: number;
  };
  readonly orders: {
    readonly seen: number;
    /** Judged, or under way. */
    readonly underWay: number;
    /** They began before what the stream still holds: not judged. */
    readonly older: number;
  };
  /** `ready`, `cancelled`, `timeout` -> orders. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Currency -> minor units. */
  readonly money: Readonly<Record<string, Money>>;
  readonly deadLetters: { readonly kept: number; readonly explained: number };
  readonly invariants: readonly JudgedInvariant[];
  readonly violations: number;
}
