/** What is on the menu: plain data without an import, for demos, tests and k6 alike. Quantities are for a large pizza, in grams. */
export const recipes: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  margherita: { cheese: 150, 'tomato-sauce': 120 },
  marinara: { 'tomato-sauce': 150, garlic: 10 },
  pepperoni: { cheese: 150, 'tomato-sauce': 120, pepperoni: 80 },
  'quattro-formaggi': { cheese: 260 },
  vegetariana: { cheese: 120, 'tomato-sauce': 100, vegetables: 150 },
  tartufo: { cheese: 150, truffle: 20 },
  'pizza-fritta': { cheese: 150, 'tomato-sauce': 80 },
};

export const menu: readonly string[] = Object.keys(recipes);

/** Truffle is never in stock. */
export const soldOutPizza = 'tartufo';
export const soldOutIngredient = 'truffle';

/** The ingredient of each topping. */
export const toppings: Readonly<Record<string, string>> = {
  'extra-cheese': 'cheese',
  olives: 'olives',
  mushrooms: 'mushrooms',
  garlic: 'garlic',
  pepperoni: 'pepperoni',
  vegetables: 'vegetables',
  truffle: soldOutIngredient,
};
export const toppingNames: readonly string[] = Object.keys(toppings);
