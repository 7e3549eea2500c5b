import { LastEntries } from '#shared/kernel/last-entries.ts';

/** Some minutes of a busy evening, and some MB. */
const LEAST = 32_768;

/**
 * Where in the stream the orders begin that this process took last, by their ids: nothing of an order stands before it, for its id
 * is not known to anybody then. It only saves the broker's looking; of an order that is not in it all is read.
 */
export type PlacedOrders = LastEntries<number>;

export const createPlacedOrders = (): PlacedOrders => new LastEntries(LEAST);
