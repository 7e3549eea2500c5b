import { chefContract } from './chef.ts';
import { type DomainContract, defineFlow, type Flow } from './flow.ts';
import { inventoryContract } from './inventory.ts';
import { kitchenContract } from './kitchen.ts';
import { orderContract } from './order.ts';
import { paymentContract } from './payment.ts';

/** THE table of domains. A fourth requirement is one more contract file and one more row. */
export const pizzaDomains = [orderContract, paymentContract, inventoryContract, chefContract] as const;

export const definePizzaFlow = (contracts: readonly DomainContract[]): Flow =>
  defineFlow(
    {
      typePrefix: 'com.pizzaco.',
      stream: 'PIZZA',
      subjectPrefix: 'pizza',
      schemaBase: 'https://pizzaco.example/schemas/',
      start: 'order.created',
      outcomes: { ready: 'kitchen.ready', cancelled: 'order.cancelled', timeout: 'order.timeout' },
    },
    [...contracts, kitchenContract(contracts.flatMap((contract) => contract.requirement ?? []))],
  );

/** The one value that is passed in everywhere: nothing else knows `com.pizzaco.` or `PIZZA`. */
export const pizzaFlow: Flow = definePizzaFlow(pizzaDomains);
