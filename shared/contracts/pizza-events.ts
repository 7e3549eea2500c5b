import type { DataOf, EventContract } from './flow.ts';
import type { kitchenContract } from './kitchen.ts';
import type { pizzaDomains } from './pizza-flow.ts';

type Domain = (typeof pizzaDomains)[number];
type RequirementOf<D> = D extends { readonly requirement: infer R } ? R : never;
type Kitchen = ReturnType<typeof kitchenContract<RequirementOf<Domain>>>;

/** The table's rows over all domains: a union of pairs [type, contract]. */
type Row<D> = D extends { readonly events: infer E } ? { [T in keyof E]: [T, E[T]] }[keyof E] : never;
type SchemaOf<C> = C extends EventContract ? C['schema'] : never;

/** Short type -> the data of its schema: `PizzaEventData['payment.completed']`. */
export type PizzaEventData = { readonly [R in Row<Domain | Kitchen> as R[0]]: DataOf<SchemaOf<R[1]>> };

export type PizzaEventType = keyof PizzaEventData;
