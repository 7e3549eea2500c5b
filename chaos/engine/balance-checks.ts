import { sum } from '#shared/audit/finding.ts';
import { ledgerOwner } from '#shared/audit/store-records.ts';
import { correlatorOf, type Flow } from '#shared/contracts/flow.ts';
import type { Counters } from '#shared/store/store.ts';
import { countWaiting } from '#shared/telemetry/waiting.ts';
import type { Check } from './checks.ts';

/** The funnel and the money as the dashboards show them, from the services' counters. */
export function balanceChecks(flow: Flow, counters: ReadonlyMap<string, Counters>): Check[] {
  const { outcomes } = flow;
  const kitchenBooks = counters.get(correlatorOf(flow));
  const till = ledgerOwner(flow);
  const tillBooks = till === undefined ? undefined : counters.get(till);
  if (!kitchenBooks || (till && !tillBooks))
    return [{ name: 'there are counters', passed: false, detail: 'no counters' }];
  const stage = (name: string) => kitchenBooks.counters[`stage:${name}`] ?? 0;
  const waiting = countWaiting(kitchenBooks.counters);
  const ended = Object.keys(outcomes).map((name) => `${stage(name)} ${name}`);
  const created = stage('created');
  return [
    {
      name: 'the funnel balances',
      passed: created === sum(Object.keys(outcomes).map(stage)) + waiting,
      detail: `${created} created = ${ended.join(' + ')} + ${waiting} waiting`,
    },
    ...(tillBooks ? currenciesOf(tillBooks).map((currency) => moneyCheck(kitchenBooks, tillBooks, currency)) : []),
  ];
}

const currenciesOf = ({ counters }: Counters): string[] =>
  Object.keys(counters).flatMap((name) => /^money:captured:(.+)$/.exec(name)?.[1] ?? []);

function moneyCheck(kitchenBooks: Counters, tillBooks: Counters, currency: string): Check {
  const at = ({ counters }: Counters, flow: string) => counters[`money:${flow}:${currency}`] ?? 0;
  const [captured, refunded] = [at(tillBooks, 'captured'), at(tillBooks, 'refunded')];
  const [sold, held] = [at(kitchenBooks, 'sold'), at(kitchenBooks, 'held')];
  return {
    name: `money balances (${currency})`,
    passed: captured === sold + refunded + held,
    detail: `${captured} captured = ${sold} sold + ${refunded} refunded + ${held} held`,
  };
}
