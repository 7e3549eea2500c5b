import { weatherOf } from '../../../chaos/simulation/world/weather.ts';
import { type Scenario, seeds } from '../run-orders.ts';

/** What makes an order fail, and what is late for it. */
export interface FailureScenario extends Scenario {
  /** No order gets its ingredients. */
  readonly ingredientMissing: boolean;
}

const calm = { ingredientMissing: true, seeds: seeds(6), faults: [] };

export const scenarios: readonly FailureScenario[] = [
  {
    title: 'payment and chef are at work before inventory finds an ingredient missing',
    ...calm,
    late: { service: 'inventory-service', type: 'order.created', deliveries: 1 },
  },
  {
    title: 'the chef hears of the order after it was cancelled',
    ...calm,
    late: { service: 'chef-service', type: 'order.created', deliveries: 1 },
  },
  {
    title: 'payment hears of the order after it was cancelled',
    ...calm,
    late: { service: 'payment-service', type: 'order.created', deliveries: 1 },
  },
  { title: 'the chef was at work when the order was cancelled', ...calm, lost: 'chef.assigned' },
  { title: 'the bank was at work when the order was cancelled', ...calm, lost: 'payment.completed' },
  {
    title: 'the reservation expires before a chef is assigned',
    ingredientMissing: false,
    seeds: seeds(40).filter((seed) => weatherOf(seed, ['expiry']).expiry > 0),
    faults: ['expiry'],
    late: { service: 'chef-service', type: 'order.created', deliveries: 3 },
  },
  {
    title: 'events come late, twice and out of order',
    ingredientMissing: true,
    seeds: seeds(24),
    faults: ['reorder', 'duplicate', 'delay', 'redelivery'],
    stormy: true,
  },
];
