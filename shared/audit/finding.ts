import type { Flow, Requirement } from '#shared/contracts/flow.ts';
import type { Integers } from '#shared/store/store.ts';
import type { SeenEvent, SeenOrder, SeenRun } from './seen-run.ts';

/** What is wrong, and with which order, unless it concerns no single one. */
export interface Finding {
  readonly orderId?: string;
  readonly detail: string;
  /** Something is missing that may still arrive while the order is under way. Any other finding is final. */
  readonly mayCome?: boolean;
}

/** What must hold for every run at rest (DESIGN §5). */
export interface Invariant {
  readonly name: string;
  /** How many things it checks. */
  readonly of: (run: SeenRun) => number;
  /** It compares sums over all orders: judged only at rest and on a complete stream. */
  readonly ofTheWhole?: true;
  /** The store that it cannot be judged without. */
  readonly reads?: (flow: Flow) => string | undefined;
  readonly check: (run: SeenRun) => Finding[];
}

type OrderFinding = Omit<Finding, 'orderId'> | string | undefined;

/** Checks order by order; a finding given as text is final. */
export const perOrder =
  (check: (run: SeenRun, order: SeenOrder) => OrderFinding) =>
  (run: SeenRun): Finding[] => {
    const findings: Finding[] = [];
    for (const order of run.orders.values()) {
      const found = check(run, order);
      if (found !== undefined)
        findings.push({ orderId: order.id, ...(typeof found === 'string' ? { detail: found } : found) });
    }
    return findings;
  };

export const ofType = (order: SeenOrder, type: string): SeenEvent[] =>
  order.events.filter((event) => event.type === type);

/** The business ids of an order's events of a type, sorted. */
export const idsOf = (order: SeenOrder, type: string): string[] =>
  ofType(order, type)
    .map(({ businessId }) => String(businessId))
    .sort();

/** The business id of a requirement that a ready order was made with. */
export function usedId(flow: Flow, order: SeenOrder, { businessId }: Requirement): string | undefined {
  const used = ofType(order, flow.outcomes.ready)[0]?.uses?.[businessId];
  return used === undefined ? undefined : String(used);
}

export const outcomesOf = ({ outcomes }: Flow, { events }: SeenOrder): SeenEvent[] =>
  events.filter(({ type }) => type === outcomes.ready || type === outcomes.cancelled || type === outcomes.timeout);

/** `ready`, `cancelled`, `timeout` -> orders. */
export function countOutcomes({ flow, orders }: Pick<SeenRun, 'flow' | 'orders'>): Record<string, number> {
  const withType = (type: string) => [...orders.values()].filter((order) => ofType(order, type).length > 0).length;
  return Object.fromEntries(Object.entries(flow.outcomes).map(([outcome, type]) => [outcome, withType(type)]));
}

/** Every element of `some` is in `all`, as often as it is in `some`. */
export function isPartOf(some: readonly string[], all: readonly string[]): boolean {
  const left = [...all];
  return some.every((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

export const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0);

/** How many orders wait, by a correlator's counters. */
export const countWaiting = (counters: Integers): number =>
  Object.entries(counters).reduce((sum, [name, count]) => (name.startsWith('waiting:') ? sum + count : sum), 0);
