import type { Ingredient } from '#shared/contracts/inventory.ts';
import type { PizzaEventData } from '#shared/contracts/pizza-flow.ts';
import { recipes, soldOutIngredient, toppings } from './recipes.ts';

const recipeOf = new Map(Object.entries(recipes));
const ingredientOf = new Map(Object.entries(toppings));
const TOPPING_GRAMS = 50;
const SIZE_FACTOR = { small: 0.5, medium: 0.75, large: 1 } as const;

/**
 * Target stock: pieces of dough, grams of the rest. It is refilled when less than half is left, so it never runs out at 1,000
 * orders/s with every reservation held for 30 s. For a scenario with scarcity, lower one of these.
 */
export const par: Readonly<Record<string, number>> = {
  'dough-small': 1_000_000,
  'dough-medium': 1_000_000,
  'dough-large': 1_000_000,
  ...Object.fromEntries(
    [...new Set([...Object.values(recipes).flatMap(Object.keys), ...Object.values(toppings)])].map((name) => [
      name,
      100_000_000,
    ]),
  ),
  [soldOutIngredient]: 0,
};

/** What an order takes from stock, or the names that are not on the menu. */
export function ingredientsOf(
  order: Pick<PizzaEventData['order.created'], 'pizzaType' | 'toppings' | 'size'>,
): { needed: Ingredient[] } | { unknown: string[] } {
  const recipe = recipeOf.get(order.pizzaType);
  const unknown = [...(recipe ? [] : [order.pizzaType]), ...order.toppings.filter((name) => !ingredientOf.has(name))];
  if (!recipe || unknown.length > 0) return { unknown };
  const grams = new Map<string, number>();
  const add = (name: string, amount: number) => grams.set(name, (grams.get(name) ?? 0) + amount);
  for (const [name, amount] of Object.entries(recipe)) add(name, Math.round(amount * SIZE_FACTOR[order.size]));
  for (const name of order.toppings) add(ingredientOf.get(name) ?? name, TOPPING_GRAMS);
  const weighed = [...grams].map(([ingredient, quantity]) => ({ ingredient, quantity, unit: 'grams' }));
  return { needed: [{ ingredient: `dough-${order.size}`, quantity: 1 }, ...weighed] };
}
