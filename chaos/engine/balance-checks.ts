import { contractOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Totals } from '#shared/store/store.ts';
import { sum } from './books.ts';
import type { Check } from './check.ts';

const { outcomes, requirements } = pizzaFlow;
const kitchen = contractOf(pizzaFlow, outcomes.ready).owner;
const till = contractOf(pizzaFlow, requirements.find(({ amount }) => amount)?.fulfilled ?? '').owner;

/** The funnel and the money, as the dashboards show them: from totals that are kept with the decisions. */
export function balanceChecks(totals: ReadonlyMap<string, Totals>): Check[] {
  const kitchenBooks = totals.get(kitchen);
  const tillBooks = totals.get(till);
  if (!kitchenBooks || !tillBooks) return [{ name: 'the books are open', passed: false, detail: 'no totals' }];
  const stage = (name: string) => kitchenBooks.totals[`stage:${name}`] ?? 0;
  const waiting = sum(Object.values(kitchenBooks.groups));
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

const currenciesOf = ({ totals }: Totals): string[] =>
  Object.keys(totals).flatMap((name) => /^money:captured:(.+)$/.exec(name)?.[1] ?? []);

function moneyCheck(kitchenBooks: Totals, tillBooks: Totals, currency: string): Check {
  const at = ({ totals }: Totals, flow: string) => totals[`money:${flow}:${currency}`] ?? 0;
  const [captured, refunded] = [at(tillBooks, 'captured'), at(tillBooks, 'refunded')];
  const [sold, held] = [at(kitchenBooks, 'sold'), at(kitchenBooks, 'held')];
  return {
    name: `money balances (${currency})`,
    passed: captured === sold + refunded + held,
    detail: `${captured} captured = ${sold} sold + ${refunded} refunded + ${held} held`,
  };
}
