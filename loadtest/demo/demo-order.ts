import type { slowCustomers } from '#services/payment-service/bank-customers.ts';
import type { Settings } from '#shared/runtime/settings.ts';
import { type OrderBody, ordersOf, plainMix, type Story } from '../orders.ts';
import { type Part, partOf } from './programme.ts';

export interface DemoOrder {
  readonly part: Part;
  /** The body of `POST /orders`. */
  readonly body: OrderBody;
  /** For the header `Idempotency-Key`. */
  readonly key: string;
}

const stories: Readonly<Record<Part, Story>> = {
  timeout: 'plain',
  ready: 'plain',
  duplicate: 'plain',
  declined: 'declined',
  'sold-out': 'sold-out',
  'off-menu': 'off-menu',
  'slow-bank': 'slow-bank',
  'no-chef': 'no-chef',
};

/** The customer whose order times out. */
const stuckBank = 'cust-stuck-bank' satisfies keyof typeof slowCustomers;

/** An order for a part. `run` makes its key new: a key that was used before returns the order of that time. */
export function orderFor(part: Part, run: string, { SEED: seed }: Pick<Settings, 'SEED'>, n = 0): DemoOrder {
  const story = stories[part];
  const mix = story === 'plain' ? plainMix : { ...plainMix, [story]: 1 };
  const { body, key } = ordersOf({ seed, run, mix })(n);
  return { part, body: part === 'timeout' ? { ...body, customerId: stuckBank } : body, key };
}

/** The nth order of the demo, from 0. */
export const demoOrders =
  (run: string, settings: Pick<Settings, 'SEED'>) =>
  (n: number): DemoOrder =>
    orderFor(partOf(n), run, settings, n);
