import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { demoFaults } from '#shared/host/demo-faults.ts';
import type { Settings } from '#shared/runtime/settings.ts';
import { type OrderBody, ordersOf, plainMix, type Story } from '../orders.ts';
import { type Part, partOf, timeoutsEvery } from './programme.ts';
import { struckKey } from './struck-key.ts';

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

/** An order for a part. `run` makes its key new: a key that was used before stands for the order of that time. */
export function orderFor(part: Part, run: string, settings: Settings, n = 0): DemoOrder {
  const story = stories[part];
  const mix = story === 'plain' ? plainMix : { ...plainMix, [story]: 1 };
  const { body, key } = ordersOf({ seed: settings.SEED, run, mix })(n);
  const fault = faultOf(part, settings);
  if (!fault) return { part, body, key };
  return { part, body, key: struckKey({ prefix: key, customerId: body.customerId, seed: settings.SEED, fault }) };
}

/** The nth order of the demo, from 0. */
export function demoOrders(run: string, settings: Settings): (n: number) => DemoOrder {
  const { by } = demoFaults(pizzaFlow, settings).delay;
  const every = timeoutsEvery(settings.DEMO_RATE, by / settings.TIME_SCALE);
  return (n) => orderFor(partOf(n, every), run, settings, n);
}

function faultOf(part: Part, settings: Settings) {
  const { delay, duplicate } = demoFaults(pizzaFlow, settings);
  return part === 'timeout' ? delay : part === 'duplicate' ? duplicate : undefined;
}
