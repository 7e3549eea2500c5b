import { countWaiting, sum } from '#shared/audit/finding.ts';
import { ledgerOwner } from '#shared/audit/store-records.ts';
import { countingCorrelatorOf, type Flow } from '#shared/contracts/flow.ts';
import type { Counters } from '#shared/store/store.ts';
import type { Check } from './checks.ts';

/** The funnel and the money as the dashboards show them, from the services' counters. */
export function balanceChecks(flow: Flow, counters: ReadonlyMap<string, Counters>): Check[] {
  // Elsewhere than in a store there are no counters to balance: the audit judges by the events.
  const correlator = countingCorrelatorOf(flow);
  if (!correlator) return [];
  const kitchen = counters.get(correlator)?.counters;
  const owner = ledgerOwner(flow);
  // A flow without money has no books of it.
  const till = owner === undefined ? {} : counters.get(owner)?.counters;
  if (!kitchen || !till) return [{ name: 'there are counters', passed: false, detail: 'no counters' }];
  const stage = (name: string) => kitchen[`stage:${name}`] ?? 0;
  const [created, waiting] = [stage('created'), countWaiting(kitchen)];
  const ended = Object.keys(flow.outcomes);
  const money = (currency: string): Check => {
    const at = (books: Counters['counters'], flow: string) => books[`money:${flow}:${currency}`] ?? 0;
    const [captured, refunded] = [at(till, 'captured'), at(till, 'refunded')];
    const [sold, held] = [at(kitchen, 'sold'), at(kitchen, 'held')];
    return {
      name: `money balances (${currency})`,
      passed: captured === sold + refunded + held,
      detail: `${captured} captured = ${sold} sold + ${refunded} refunded + ${held} held`,
    };
  };
  const currencies = Object.keys(till).flatMap((name) => /^money:captured:(.+)$/.exec(name)?.[1] ?? []);
  return [
    {
      name: 'the funnel balances',
      passed: created === sum(ended.map(stage)) + waiting,
      detail: `${created} created = ${ended.map((name) => `${stage(name)} ${name}`).join(' + ')} + ${waiting} waiting`,
    },
    ...currencies.map(money),
  ];
}
