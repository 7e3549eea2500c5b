import { chefContract } from './chef.ts';
import { type DataOf, type DomainContract, defineFlow, type EventContract, type Flow } from './flow.ts';
import { inventoryContract } from './inventory.ts';
import { kitchenContract, READY_STATUS } from './kitchen.ts';
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
      readyStatus: READY_STATUS,
    },
    [...contracts, kitchenContract(contracts.flatMap((contract) => contract.requirement ?? []))],
  );

/** The one value that is passed in everywhere: nothing else knows `com.pizzaco.` or `PIZZA`. */
export const pizzaFlow: Flow = definePizzaFlow(pizzaDomains);

type Domain = (typeof pizzaDomains)[number];
type RequirementOf<D> = D extends { readonly requirement: infer R } ? R : never;
type Kitchen = ReturnType<typeof kitchenContract<RequirementOf<Domain>>>;

/** The table's rows over all domains: a union of pairs [type, contract]. */
type Row<D> = D extends { readonly events: infer E } ? { [T in keyof E]: [T, E[T]] }[keyof E] : never;
type SchemaOf<C> = C extends EventContract ? C['schema'] : never;

/** Short type -> the data of its schema: `PizzaEventData['payment.completed']`. */
export type PizzaEventData = { readonly [R in Row<Domain | Kitchen> as R[0]]: DataOf<SchemaOf<R[1]>> };

export type PizzaEventType = keyof PizzaEventData;
