import { roster, specialistsOnly } from '../services/chef-service/roster.ts';
import { menu, soldOutIngredient, soldOutPizza, toppings } from '../services/inventory-service/recipes.ts';
import { declinedCustomers, type slowCustomers } from '../services/payment-service/bank-customers.ts';
import { Dice } from '../shared/contracts/dice.ts';
import { sizes } from '../shared/contracts/sizes.ts';
import { priceOf } from './prices.ts';

/**
 * Realistic orders from a seed, for k6, the demo, the soak and the chaos runner alike. This file and all that it imports
 * use relative imports and plain ECMAScript only, for k6 knows no `#` imports and nothing of Node's.
 */
export interface CustomerOrder {
  /** The body of `POST /orders`. */
  readonly body: OrderBody;
  /** For the header `Idempotency-Key`. */
  readonly key: string;
  readonly story: Story;
  /** How the order ends when every service is there and nothing is scarce. */
  readonly ends: 'ready' | 'cancelled';
  /** The customer is impatient: the same order comes a second time, with the same key, and must not be made twice. */
  readonly repeated: boolean;
}

export interface OrderBody {
  readonly customerId: string;
  readonly pizzaType: string;
  readonly toppings: readonly string[];
  readonly size: (typeof sizes)[number];
  readonly totalAmount: number;
  readonly currency: string;
}

/** `plain` and `slow-bank` become a pizza; one service refuses each of the others. */
export type Story = 'plain' | 'declined' | 'sold-out' | 'off-menu' | 'no-chef' | 'slow-bank';

/** The share of orders with that story, 0 to 1; what is left is plain. `repeated` is a share of all orders. */
export interface Mix extends Readonly<Record<Exclude<Story, 'plain'>, number>> {
  readonly repeated: number;
}

export const realisticMix: Mix = {
  declined: 0.03,
  'sold-out': 0.02,
  'off-menu': 0.005,
  'no-chef': 0.01,
  'slow-bank': 0.01,
  repeated: 0.02,
};

export const plainMix: Mix = { declined: 0, 'sold-out': 0, 'off-menu': 0, 'no-chef': 0, 'slow-bank': 0, repeated: 0 };

export interface OrdersOptions {
  readonly seed: number;
  /** The keys' own name, such as `load-20260101-1`: a key that was used before stands for the order of that time. */
  readonly run: string;
  readonly mix?: Mix;
}

/** The nth order of a run, n from 0: always the same one for the same seed, whichever were asked for before. */
export function ordersOf({ seed, run, mix = realisticMix }: OrdersOptions): (n: number) => CustomerOrder {
  refuseBadMix(mix);
  return (n) => {
    const dice = new Dice(seed, n);
    const story = storyFor(dice.next(), mix);
    const repeated = dice.chance(mix.repeated);
    const ends = story === 'plain' || story === 'slow-bank' ? 'ready' : 'cancelled';
    return { body: bodyOf(story, dice), key: `${run}-${n}`, story, ends, repeated };
  };
}

const stories = ['declined', 'sold-out', 'off-menu', 'no-chef', 'slow-bank'] as const;

function refuseBadMix(mix: Mix): void {
  for (const name of [...stories, 'repeated'] as const)
    if (!(mix[name] >= 0 && mix[name] <= 1)) throw new RangeError(`${name}=${mix[name]} must be a share from 0 to 1`);
  const sum = stories.reduce((total, name) => total + mix[name], 0);
  // A little more is a rounding error of the sum.
  if (sum > 1 + 1e-9) throw new RangeError(`the shares of the stories sum up to ${sum}: they must not exceed 1`);
}

function storyFor(drawn: number, mix: Mix): Story {
  let below = 0;
  for (const story of stories) {
    below += mix[story];
    if (drawn < below) return story;
  }
  return 'plain';
}

function named([first, ...others]: readonly string[]): readonly [string, ...string[]] {
  if (first === undefined) throw new Error('the rule data hold none of these: no order can have that story');
  return [first, ...others];
}

const specialties = roster.flatMap((chef) => chef.specialties);
const noChefs = named(specialistsOnly.filter((pizza) => !specialties.includes(pizza)));
const makeable = named(menu.filter((pizza) => pizza !== soldOutPizza && !noChefs.includes(pizza)));
const inStock = named(Object.keys(toppings).filter((topping) => toppings[topping] !== soldOutIngredient));
const declined = named(Object.keys(declinedCustomers));
const slow = named(['cust-slow-bank' satisfies keyof typeof slowCustomers]);
const OFF_MENU = 'hawaii';
const REGULARS = 5_000;

/** Draws the same number of times for each story, so that a changed mix changes no other order. */
function bodyOf(story: Story, dice: Dice): OrderBody {
  const regular = `cust-${1 + Math.floor(dice.next() * REGULARS)}`;
  const usual = dice.pick(makeable);
  const special = { 'sold-out': soldOutPizza, 'off-menu': OFF_MENU, 'no-chef': dice.pick(noChefs) };
  const banks = { declined: dice.pick(declined), 'slow-bank': dice.pick(slow) };
  const pizzaType = story in special ? special[story as keyof typeof special] : usual;
  const customerId = story in banks ? banks[story as keyof typeof banks] : regular;
  const size = dice.pick(sizes);
  const pizza = { pizzaType, toppings: toppingsFor(dice), size };
  return { customerId, ...pizza, ...priceOf(pizza, dice.next()) };
}

/** Half of the customers take the pizza as it is; the others one to three different toppings. */
function toppingsFor(dice: Dice): string[] {
  const wanted = Math.max(0, Math.floor(dice.next() * 6) - 2);
  const chosen = Array.from({ length: wanted }, () => dice.pick(inStock));
  return [...new Set(chosen)];
}
