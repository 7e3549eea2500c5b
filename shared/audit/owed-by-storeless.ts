import { correlatorOf, countingCorrelatorOf, type Flow } from '#shared/contracts/flow.ts';
import { idsOf, outcomesOf, usedId } from './finding.ts';
import type { SeenOrder } from './seen-run.ts';

/** What a correlator without a store owes, in words: its counters cannot be asked, so the stream tells. */
export function owedByStoreless(flow: Flow, orders: Iterable<SeenOrder>): string[] {
  if (countingCorrelatorOf(flow)) return [];
  const open = [...orders].filter((order) => outcomesOf(flow, order).length === 0 || owesCompensation(flow, order));
  return open.length > 0 ? [`${correlatorOf(flow)} has ${open.length} orders to decide, or to have compensated`] : [];
}

const owesCompensation = (flow: Flow, order: SeenOrder): boolean =>
  flow.requirements.some((requirement) => {
    const settled = [usedId(flow, order, requirement), ...idsOf(order, requirement.compensation)];
    return idsOf(order, requirement.fulfilled).some((id) => !settled.includes(id));
  });
