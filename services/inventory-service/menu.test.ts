import { describe, expect, it } from 'vitest';
import { ingredientsOf } from './menu.ts';
import { menu, toppingNames } from './recipes.ts';

const order = {
  orderId: '1',
  customerId: 'c',
  pizzaType: 'margherita',
  toppings: [] as string[],
  size: 'large' as const,
  totalAmount: 1,
  currency: 'GBP',
};
const inherited = Object.getOwnPropertyNames(Object.prototype);

describe('the menu', () => {
  it("has the workshop's ingredients for the workshop's order", () => {
    expect(ingredientsOf({ ...order, toppings: ['extra-cheese', 'olives'] })).toMatchObject({
      needed: expect.arrayContaining([
        { ingredient: 'dough-large', quantity: 1 },
        { ingredient: 'cheese', quantity: 200, unit: 'grams' },
        { ingredient: 'olives', quantity: 50, unit: 'grams' },
      ]),
    });
  });

  it('knows a recipe for every pizza and an ingredient for every topping on it', () => {
    for (const pizzaType of menu)
      expect(ingredientsOf({ ...order, pizzaType, toppings: [...toppingNames] })).toHaveProperty('needed');
  });

  it.each(inherited)('has no %s, although every object of the language has', (name) => {
    expect(ingredientsOf({ ...order, pizzaType: name })).toEqual({ unknown: [name] });
    expect(ingredientsOf({ ...order, toppings: [name] })).toEqual({ unknown: [name] });
  });
});
