import { contractOf, type Requirement } from '#shared/contracts/flow.ts';
import { type Finding, idsOf, ofType } from './finding.ts';
import type { SeenRun } from './seen-run.ts';
import { usedId } from './use.ts';

/** What is left in a pool is what was ever put in, less what orders have of it or used up. */
export function poolsBalance(run: SeenRun): Finding[] {
  return run.flow.requirements.flatMap((requirement) => {
    const service = contractOf(run.flow, requirement.fulfilled).owner;
    const { pools = {}, counters = {} } = run.counters.get(service) ?? {};
    if (!requirement.takes) return [];
    const taken = takenBy(run, requirement);
    return Object.entries(pools).flatMap(([pool, left]): Finding[] => {
      const filled = counters[`filled:${pool}`] ?? 0;
      const expected = filled - (taken.get(pool) ?? 0);
      if (left === expected) return [];
      return [{ detail: `${service} has ${left} of ${pool}, but must have ${expected} of the ${filled} put there` }];
    });
  });
}

/** Pool -> units that are not to come back (yet). */
function takenBy({ flow, orders }: SeenRun, requirement: Requirement): Map<string, number> {
  const taken = new Map<string, number>();
  for (const order of orders.values()) {
    const back = new Set(idsOf(order, requirement.compensated));
    const used = requirement.takes?.lent && usedId(flow, order, requirement);
    for (const { businessId, takes } of ofType(order, requirement.fulfilled)) {
      if (businessId === undefined || back.has(businessId) || businessId === used) continue;
      for (const [pool, units] of Object.entries(takes ?? {})) taken.set(pool, (taken.get(pool) ?? 0) + units);
    }
  }
  return taken;
}
