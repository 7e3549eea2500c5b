import { contractOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Counters } from '#shared/store/store.ts';
import { countWaiting } from '#shared/telemetry/waiting.ts';
import { sum } from './books.ts';
import type { Check } from './check.ts';

const { outcomes, requirements } = pizzaFlow;
const kitchen = contractOf(pizzaFlow, outcomes.ready).owner;
const till = contractOf(pizzaFlow, requirements.find(({ amount }) => amount)?.fulfilled ?? '').owner;

/** The funnel and the money, as the dashboards show them: from counters that are kept with the decisions. */
export function balanceChecks(books: ReadonlyMap<string, Counters>): Check[] {
  const kitchenBooks = books.get(kitchen);
  const tillBooks = books.get(till);
  if (!kitchenBooks || !tillBooks) return [{ name: 'the books are open', passed: false, detail: 'no counters' }];
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
    ...currenciesOf(tillBooks).map((currency) => moneyCheck(kitchenBooks, tillBooks, currency)),
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
