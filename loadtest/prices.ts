/** What a pizza costs, in pence of a large one: plain data without an import, so that k6 can read it. */
const pence: Readonly<Record<string, number>> = {
  margherita: 1_195,
  marinara: 1_095,
  pepperoni: 1_395,
  'quattro-formaggi': 1_495,
  vegetariana: 1_345,
  tartufo: 1_995,
  'pizza-fritta': 1_545,
};
const UNKNOWN_PENCE = 1_299;
const TOPPING_PENCE = 120;
const share = { small: 0.7, medium: 0.85, large: 1 } as const;

/** Where customers pay; `upTo`: of 1, drawn evenly. k6's runtime has no Intl, so the decimals of ISO 4217 stand here. */
const currencies = [
  { currency: 'GBP', upTo: 0.7, perPound: 1, decimals: 2 },
  { currency: 'EUR', upTo: 0.88, perPound: 1.17, decimals: 2 },
  { currency: 'USD', upTo: 0.97, perPound: 1.28, decimals: 2 },
  { currency: 'JPY', upTo: 1, perPound: 192, decimals: 0 },
] as const;

interface Pizza {
  readonly pizzaType: string;
  readonly size: keyof typeof share;
  readonly toppings: readonly string[];
}

interface Price {
  readonly totalAmount: number;
  readonly currency: string;
}

/** `drawn`: 0 <= x < 1, chooses the currency. */
export function priceOf({ pizzaType, size, toppings }: Pizza, drawn: number): Price {
  const { currency, perPound, decimals } = currencies.find(({ upTo }) => drawn < upTo) ?? currencies[0];
  const pounds = ((pence[pizzaType] ?? UNKNOWN_PENCE) * share[size] + toppings.length * TOPPING_PENCE) / 100;
  return { totalAmount: Number((pounds * perPound).toFixed(decimals)), currency };
}
