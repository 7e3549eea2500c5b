import { contractOf, countingCorrelatorOf, type Requirement } from '#shared/contracts/flow.ts';
import { type Finding, idsOf, ofType, sum, usedId } from './finding.ts';
import type { Charge, SeenRun } from './seen-run.ts';
import { paidRequirement } from './store-records.ts';

/** What is left in a pool is what was ever put in, less what orders hold or have used up. */
export function poolsBalance(run: SeenRun): Finding[] {
  return run.flow.requirements.flatMap((requirement) => {
    if (!requirement.takes) return [];
    const service = contractOf(run.flow, requirement.fulfilled).owner;
    const { pools = {}, counters = {} } = run.counters.get(service) ?? {};
    const taken = takenBy(run, requirement);
    return Object.entries(pools).flatMap(([pool, left]): Finding[] => {
      const filled = counters[`filled:${pool}`] ?? 0;
      const expected = filled - (taken.get(pool) ?? 0);
      if (left === expected) return [];
      return [{ detail: `${service} has ${left} of ${pool}, but must have ${expected} of the ${filled} put there` }];
    });
  });
}

/** Pool -> units that have not come back. */
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

/** The counters of the dashboards and of the ledger, where there are some, compared with the events and the journal. */
export function countersAgree(run: SeenRun): Finding[] {
  const { flow, orders } = run;
  const countersOf = (service: string) => run.counters.get(service)?.counters ?? {};
  const counting = countingCorrelatorOf(flow);
  const correlator = counting === undefined ? undefined : countersOf(counting);
  const paid = paidRequirement(flow);
  const ledger = paid ? countersOf(contractOf(flow, paid.fulfilled).owner) : {};
  const charges = [...run.charges.values()].flat();
  const wrong: Finding[] = [];
  const agree = (counters: Readonly<Record<string, number>> | undefined, name: string, wanted: number) => {
    if (!counters) return;
    const is = counters[name] ?? 0;
    if (is !== wanted) wrong.push({ detail: `${name} is ${is}, but must be ${wanted}` });
  };
  for (const [outcome, type] of Object.entries(flow.outcomes))
    agree(correlator, `stage:${outcome}`, sum([...orders.values()].map((order) => ofType(order, type).length)));
  agree(correlator, 'stage:created', orders.size);
  for (const currency of new Set(charges.map((charge) => charge.currency))) {
    const of = (some: readonly Charge[]) => sum(some.filter((c) => c.currency === currency).map((c) => c.minor));
    const refunded = of(charges.filter((charge) => charge.refunded));
    const known = charges.filter((charge) => !charge.foreign || charge.refunded);
    agree(ledger, `money:captured:${currency}`, of(known));
    agree(ledger, `money:refunded:${currency}`, refunded);
    agree(correlator, `money:sold:${currency}`, of(charges) - refunded);
    agree(correlator, `money:held:${currency}`, 0);
  }
  return wrong;
}
