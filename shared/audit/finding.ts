import type { SeenEvent, SeenOrder, SeenRun } from './seen-run.ts';

/** What is wrong, and with which order, if it is one order's. */
export interface Finding {
  readonly orderId?: string;
  readonly detail: string;
  /** Something is missing that may still come while the order is under way. Anything else is wrong for ever. */
  readonly mayCome?: boolean;
}

/** What must hold for every run at rest (DESIGN §5). */
export interface Invariant {
  readonly name: string;
  /** How many things it looks at. */
  readonly of: (run: SeenRun) => number;
  /** It compares sums over everything: on what is not at rest, or not whole, it cannot be judged. */
  readonly ofTheWhole?: true;
  readonly check: (run: SeenRun) => Finding[];
}

/** Judges one order after the other: a text is wrong for ever, of a finding `mayCome` counts. */
export const perOrder =
  (check: (run: SeenRun, order: SeenOrder) => Omit<Finding, 'orderId'> | string | undefined) =>
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

/** Every one of `some` is in `all`, as often as it is in `some`. */
export function isPartOf(some: readonly string[], all: readonly string[]): boolean {
  const left = [...all];
  return some.every((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

export const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0);
