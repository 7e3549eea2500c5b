import { contractOf } from '#shared/contracts/flow.ts';
import { type Finding, ofType, sum } from './finding.ts';
import type { Charge, SeenRun } from './seen-run.ts';

/** The counters that dashboards and the ledger show, beside the events and the journal. */
export function countersAgree(run: SeenRun): Finding[] {
  const { flow, orders, counters } = run;
  const correlator = counters.get(contractOf(flow, flow.outcomes.ready).owner)?.counters ?? {};
  const paid = flow.requirements.find(({ amount }) => amount);
  const ledger = (paid && counters.get(contractOf(flow, paid.fulfilled).owner)?.counters) ?? {};
  const count = (type: string) => sum([...orders.values()].map((order) => ofType(order, type).length));
  const charges = [...run.charges.values()].flat();
  const wrong: Finding[] = [];
  const agree = (what: string, is: number | undefined, wanted: number) => {
    if ((is ?? 0) !== wanted) wrong.push({ detail: `${what} is ${is ?? 0}, but must be ${wanted}` });
  };
  for (const [outcome, type] of Object.entries(flow.outcomes))
    agree(`stage:${outcome}`, correlator[`stage:${outcome}`], count(type));
  agree('stage:created', correlator['stage:created'], orders.size);
  for (const currency of new Set(charges.map((charge) => charge.currency))) {
    const of = (some: readonly Charge[]) => sum(some.filter((c) => c.currency === currency).map((c) => c.minor));
    const refunded = of(charges.filter((charge) => charge.refunded));
    const known = charges.filter(({ foreign, refunded: isRefunded }) => !foreign || isRefunded);
    agree(`money:captured:${currency}`, ledger[`money:captured:${currency}`], of(known));
    agree(`money:refunded:${currency}`, ledger[`money:refunded:${currency}`], refunded);
    agree(`money:sold:${currency}`, correlator[`money:sold:${currency}`], of(charges) - refunded);
    agree(`money:held:${currency}`, correlator[`money:held:${currency}`], 0);
  }
  return wrong;
}
