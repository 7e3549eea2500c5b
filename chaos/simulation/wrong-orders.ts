import { ofType, outcomesOf } from '#shared/audit/finding.ts';
import type { SeenOrder, SeenRun } from '#shared/audit/seen-run.ts';

/** What may be wrong with an order, for a table. */
export const wrongs = {
  lost: 'never decided',
  doubled: 'decided more than once',
  contradictory: 'decided in two ways, such as ready and cancelled',
  late: 'decided more than ten times ORDER_TIMEOUT after it was placed',
  money: 'money is kept without a pizza, or given back for one',
  'not undone': 'something that was not used is not given back, or something that was used is',
} as const;

export type Wrong = keyof typeof wrongs;

const invariantsOf: Partial<Record<Wrong, readonly string[]>> = {
  money: ['captured = sold + refunded'],
  'not undone': ['what was not used is asked back, once', 'what was asked back is undone, once'],
};

type Violation = { readonly invariant: string; readonly orderId?: string };

/** What is wrong -> the orders. */
export function wrongOrders(run: SeenRun, violations: readonly Violation[], lateAfterMs: number) {
  const { flow } = run;
  const judge: Partial<Record<Wrong, (order: SeenOrder) => boolean>> = {
    lost: (order) => outcomesOf(flow, order).length === 0,
    doubled: (order) => outcomesOf(flow, order).length > 1,
    contradictory: (order) => new Set(outcomesOf(flow, order).map(({ type }) => type)).size > 1,
    late(order) {
      const [[created], [outcome]] = [ofType(order, flow.start), outcomesOf(flow, order)];
      return created !== undefined && outcome !== undefined && outcome.storedAt - created.storedAt > lateAfterMs;
    },
  };
  const found = (wrong: Wrong) => {
    const of = violations.filter(({ invariant }) => invariantsOf[wrong]?.includes(invariant));
    const judged = [...run.orders.values()].filter((order) => judge[wrong]?.(order));
    return [...new Set([...judged.map(({ id }) => id), ...of.flatMap(({ orderId }) => orderId ?? [])])];
  };
  return Object.fromEntries(Object.keys(wrongs).map((wrong) => [wrong, found(wrong as Wrong)])) as Record<
    Wrong,
    string[]
  >;
}
