import type { Finding } from './finding.ts';
import type { Money } from './money.ts';

export interface JudgedInvariant {
  readonly name: string;
  /** How many orders, charges, pools, counters or letters were checked. */
  readonly checked: number;
  readonly violations: number;
  /** The first few. */
  readonly examples: readonly Pick<Finding, 'orderId' | 'detail'>[];
  /** Why it could not be judged; then there are no violations. */
  readonly notJudged?: string;
}

export interface AuditReport {
  /** RFC 3339. */
  readonly at: string;
  readonly tookMs: number;
  readonly clean: boolean;
  /** Nothing was owed, so sums could be compared. */
  readonly atRest: boolean;
  readonly stream: {
    readonly messages: number;
    readonly firstSequence: number;
    readonly lastSequence: number;
    /** Stored again under a known event id. */
    readonly copies: number;
    /** Not events of the flow. */
    readonly unreadable: number;
  };
  readonly orders: {
    readonly seen: number;
    readonly underWay: number;
    /** Not judged: they began before what the stream still holds. */
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
