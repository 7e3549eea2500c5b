import type { slowCustomers } from '#services/payment-service/bank-customers.ts';
import type { Settings } from '#shared/runtime/settings.ts';
import { type CustomerOrder, ordersOf, plainMix, type Story } from '../orders.ts';

/** What an order of the demo shows, and the story that makes it so. */
const stories = {
  timeout: 'plain',
  ready: 'plain',
  declined: 'declined',
  duplicate: 'plain',
  'sold-out': 'sold-out',
  'slow-bank': 'slow-bank',
  'no-chef': 'no-chef',
  'off-menu': 'off-menu',
} as const satisfies Record<string, Story>;
export type Part = keyof typeof stories;
export const parts = Object.keys(stories) as Part[];

/** What the demo shows, each by a Prometheus query that is above 0 once it did. */
export const shown: Readonly<Record<string, string>> = {
  ready: 'pizza_orders_resolved_total{outcome="ready"}',
  declined: 'pizza_orders_resolved_total{reason="payment-failed"}',
  'sold out': 'pizza_orders_resolved_total{reason="inventory-unavailable"}',
  'no chef': 'pizza_orders_resolved_total{reason="chef-unavailable"}',
  'a slow bank': 'pizza_events_published_total{type="payment.initiated"}',
  duplicate: 'pizza_event_processing_seconds_count{outcome="duplicate"}',
  'the duplicate as an injected fault': 'pizza_chaos_injected_total{fault="duplicate"}',
  timeout: 'pizza_orders_resolved_total{outcome="timeout",missing="payment"}',
  late: 'pizza_event_processing_seconds_count{outcome="late"}',
  'the compensation of what was late': 'pizza_compensations_total{kind="payment.refund",reason="late"}',
};

export interface DemoOrder extends Pick<CustomerOrder, 'body' | 'key'> {
  readonly part: Part;
}

/** In every so many orders each part except the timeout occurs once, the slow bank in every other round. */
const ROUND = 20;
/** Less than one in a hundred: the demo itself meets slo.ts. */
const TIMEOUT_EVERY = 150;
const STUCK_BANK = 'cust-stuck-bank' satisfies keyof typeof slowCustomers;

/** The part of the nth order, from 0: the first eight orders show all parts, the slowest first. */
export function partOf(n: number): Part {
  if (n % TIMEOUT_EVERY === 0) return 'timeout';
  const part = parts[n % ROUND];
  // Every other round: with one slow order in 20, a p95 would now and then be that of the slow ones.
  const isLeftOut = part === 'timeout' || (part === 'slow-bank' && n % (2 * ROUND) >= ROUND);
  return part === undefined || isLeftOut ? 'ready' : part;
}

/** An order for a part. `run` makes its key new: a key that was used before returns the order of that time. */
export function orderFor(part: Part, run: string, { SEED: seed }: Pick<Settings, 'SEED'>, n = 0): DemoOrder {
  const story = stories[part];
  const mix = story === 'plain' ? plainMix : { ...plainMix, [story]: 1 };
  const { body, key } = ordersOf({ seed, run, mix })(n);
  return { part, body: part === 'timeout' ? { ...body, customerId: STUCK_BANK } : body, key };
}

export const demoOrders =
  (run: string, settings: Pick<Settings, 'SEED'>) =>
  (n: number): DemoOrder =>
    orderFor(partOf(n), run, settings, n);
