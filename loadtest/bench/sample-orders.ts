import { specialistsOnly } from '#services/chef-service/roster.ts';
import { menu, soldOutPizza } from '#services/inventory-service/recipes.ts';
import type { OrderRequest } from '#shared/contracts/order.ts';
import { sizes } from '#shared/contracts/sizes.ts';

const pizzas = menu.filter((pizza) => pizza !== soldOutPizza && !specialistsOnly.includes(pizza));

/** The nth order: any n has one, the same each time, and no service refuses it. */
export function sampleOrder(n: number): OrderRequest {
  return {
    customerId: `cust-${n % 1_000}`,
    pizzaType: pizzas[n % pizzas.length] ?? 'margherita',
    toppings: ['extra-cheese', 'olives'],
    size: sizes[n % sizes.length] ?? 'large',
    totalAmount: 15.99,
    currency: 'GBP',
  };
}
