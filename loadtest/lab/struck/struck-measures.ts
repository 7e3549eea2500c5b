import { countOutcomes, idsOf, ofType, outcomesOf, sum } from '#shared/audit/finding.ts';
import { moneyByCurrency } from '#shared/audit/money.ts';
import type { Charge, SeenOrder } from '#shared/audit/seen-run.ts';
import { contractOf, type Flow, startOf } from '#shared/contracts/flow.ts';
import { ordersIn, type PlacedOrder, type Span, share } from '../../../chaos/engine/figures.ts';

/** One scenario on one pattern, at rest again. Times in ms since the epoch, by the broker's clock for what the stream holds. */
export interface Struck {
  readonly flow: Flow;
  /** Accepted orders: id -> whether it becomes a pizza when nothing is away. */
  readonly accepted: ReadonlyMap<string, boolean>;
  /** When customers asked for the first time, and were not accepted. */
  readonly refusedAt: readonly number[];
  /** The accepted orders that the stream holds. */
  readonly orders: ReadonlyMap<string, SeenOrder>;
  /** Captured charges, by order. */
  readonly charges: ReadonlyMap<string, readonly Charge[]>;
  /** Findings of the audit that earlier scenarios on the same stack did not have. */
  readonly violations: number;
  /** From the first disturbance to the rollback. */
  readonly during: Span;
  /** Parts that were away all the time, and parts that crashed and came up again at once. */
  readonly away: readonly string[];
  readonly crashed: readonly string[];
  /** When everything ran again, and when everything was at rest. */
  readonly overAt: number;
  readonly restAt: number;
  readonly deadlineMs: number;
}

export const struckMeasures = {
  accepted: 'orders that the intake accepted',
  ready: 'orders that became a pizza',
  cancelled: 'orders that were cancelled',
  'timed-out': 'orders that timed out',
  lost: 'accepted orders without any outcome, although everything is at rest',
  doubled: 'orders with two outcomes, two charges, or two fulfilments of one requirement',
  'wrongly-timed-out': 'orders that timed out although each contribution came in time, or could have come',
  overdue: 'orders without an outcome three seconds after their deadline',
  'unexplained-money':
    'money that was taken, and neither sold nor refunded at rest; minor units, of all currencies together',
  violations: 'findings of the audit',
  oversold: 'pizzas of which an owner refused its part, before or after',
  'peak-backlog': 'most orders that were without an outcome at a time',
  'seconds-until-steady': 'seconds from the end of the fault until the last order of before it had its outcome',
  'ready-share': 'share of orders placed during the fault that were ready while it lasted',
} as const;
export type StruckMeasure = keyof typeof struckMeasures;

/** The sweep looks for passed deadlines every now and then. */
const OVERDUE_AFTER_MS = 3_000;
/** An order that is placed later cannot be ready before the fault ends. */
const TIME_TO_READY_MS = 1_000;

/** Judged by the events of the stream, the gateway's journal and the audit: no service is asked. */
export function struckMeasuresOf(struck: Struck): Record<StruckMeasure, number> {
  const { flow, accepted, charges, orders, violations } = struck;
  const seen = { flow, orders, charges };
  const placed = ordersIn(flow, seen);
  const outcomes = countOutcomes(seen);
  const money = Object.values(moneyByCurrency(seen));
  const count = (is: (order: SeenOrder) => boolean) => [...orders.values()].filter(is).length;
  return {
    accepted: accepted.size,
    ready: outcomes.ready ?? 0,
    cancelled: outcomes.cancelled ?? 0,
    'timed-out': outcomes.timeout ?? 0,
    lost: [...accepted.keys()].filter((id) => !hasEnded(flow, orders.get(id))).length,
    doubled: count((order) => isDoubled(struck, order)),
    'wrongly-timed-out': count((order) => isWronglyTimedOut(struck, order)),
    overdue: placed.filter((order) => isOverdue(struck, order)).length,
    'unexplained-money': sum(money.map(({ held, refundDue }) => held + refundDue)),
    violations,
    oversold: count((order) => isOversold(flow, order)),
    'peak-backlog': peakBacklog(placed),
    'seconds-until-steady': secondsUntilSteady(struck, placed),
    'ready-share': readyShare(struck, placed),
  };
}

const hasEnded = (flow: Flow, order: SeenOrder | undefined): boolean => !!order && outcomesOf(flow, order).length > 0;

function isDoubled({ flow, charges }: Struck, order: SeenOrder): boolean {
  const effects = flow.requirements.map(({ fulfilled }) => new Set(idsOf(order, fulfilled)).size);
  return Math.max(outcomesOf(flow, order).length, charges.get(order.id)?.length ?? 0, ...effects) > 1;
}

const isOversold = ({ outcomes, requirements }: Flow, order: SeenOrder): boolean =>
  ofType(order, outcomes.ready).length > 0 && requirements.some(({ rejected }) => ofType(order, rejected).length > 0);

/** A contribution could have come unless a server or its owner was away, or nobody told its owner to begin since that one was struck. */
function isWronglyTimedOut({ flow, away, crashed, deadlineMs }: Struck, order: SeenOrder): boolean {
  if (ofType(order, flow.outcomes.timeout).length === 0) return false;
  const deadline = (ofType(order, flow.start)[0]?.storedAt ?? 0) + deadlineMs;
  const came = (type: string) => ofType(order, type).some(({ storedAt }) => storedAt < deadline);
  const ownerIn = (parts: readonly string[], type: string) => parts.includes(contractOf(flow, type).owner);
  return flow.requirements.every(({ name, fulfilled }) => {
    const begin = startOf(flow, name);
    const neverBegun = !came(begin) && ownerIn([...away, ...crashed], begin);
    return came(fulfilled) || !(neverBegun || isServerIn(away) || ownerIn(away, fulfilled));
  });
}

/** The broker, or the store: without it, no service does anything. */
const isServerIn = (parts: readonly string[]): boolean => parts.some((part) => !part.endsWith('-service'));

const isOverdue = ({ deadlineMs, restAt }: Struck, { since, outcome }: PlacedOrder): boolean =>
  (outcome?.at ?? restAt) > since + deadlineMs + OVERDUE_AFTER_MS;

function peakBacklog(placed: readonly PlacedOrder[]): number {
  const changes = placed.flatMap(({ since, outcome }) => [
    { at: since, by: 1 },
    ...(outcome ? [{ at: outcome.at, by: -1 }] : []),
  ]);
  let [now, peak] = [0, 0];
  for (const { by } of changes.sort((a, b) => a.at - b.at)) {
    now += by;
    peak = Math.max(peak, now);
  }
  return peak;
}

function secondsUntilSteady({ overAt, restAt }: Struck, placed: readonly PlacedOrder[]): number {
  const ends = placed.filter(({ since }) => since < overAt).map(({ outcome }) => outcome?.at ?? restAt);
  return Math.max(0, ...ends.map((at) => at - overAt)) / 1_000;
}

/** Of the orders that become a pizza when nothing is away; who asked in vain did not get one. */
function readyShare({ accepted, refusedAt, during: { from, to } }: Struck, placed: readonly PlacedOrder[]): number {
  const isDuring = (at: number) => at >= from && at < to - TIME_TO_READY_MS;
  const due = placed.filter(({ id, since }) => isDuring(since) && accepted.get(id));
  const ready = due.filter(({ outcome }) => outcome?.name === 'ready' && outcome.at <= to);
  return share(ready.length, due.length + refusedAt.filter(isDuring).length);
}
