import { announceOrder } from '#services/order-service/orders/announce-order.ts';
import { keyedOrderId } from '#services/order-service/orders/order-id.ts';
import type { Dice } from '#shared/contracts/dice.ts';
import { contractOf, type Flow } from '#shared/contracts/flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { World } from './world.ts';

/** The order intake of the process that is alive: it may die in the middle of a request. */
export interface Intake {
  readonly bus: Bus;
  readonly now: () => number;
}

export type Customers = ReturnType<typeof inviteCustomers>;

/** Mean time between two customers. */
const EVERY_MS = 12;
/** How long a customer waits before asking again with the same key. */
const ASK_AGAIN_MS = 250;

/** So many customers, one after the other: each asks for one order until it is accepted. */
export function inviteCustomers(world: World, flow: Flow, count: number, dice: Dice, intake: () => Intake | undefined) {
  /** Orders whose customer was told that they are accepted. */
  const accepted = new Set<string>();
  const order = (orderId: string, data: Record<string, unknown>): void => {
    if (accepted.has(orderId)) return;
    world.timeline.after(ASK_AGAIN_MS, () => order(orderId, data));
    const open = intake();
    if (!open) return;
    const announcement = { orderId, data, keyed: true, now: open.now(), traceparent: undefined };
    announceOrder(open.bus, flow, announcement).then(
      ({ is }) => {
        if (is === 'other') throw new Error(`order ${orderId} is in the stream with other data`);
        accepted.add(orderId);
      },
      (error) => {
        if (!(error instanceof Unavailable)) throw error;
      },
    );
  };
  let at = 0;
  for (let nth = 1; nth <= count; nth += 1) {
    at += dice.around(EVERY_MS);
    const orderId = keyedOrderId(`customer-${nth}`, 'simulated').slice(0, 12);
    const data = { ...contractOf(flow, flow.start).example, ...choose(dice), orderId };
    world.timeline.after(at, () => order(orderId, data));
  }
  return { accepted, done: () => accepted.size === count };
}

/** Mostly an order that becomes a pizza; the others are refused, by each of the services. */
function choose(dice: Dice): Record<string, unknown> {
  return {
    size: dice.pick(['small', 'medium', 'large']),
    toppings: dice.chance(0.05) ? ['pineapple'] : dice.pick([[], ['olives'], ['olives', 'extra-cheese']]),
    pizzaType: dice.chance(0.12)
      ? dice.pick(['tartufo', 'pizza-fritta'])
      : dice.pick(['margherita', 'quattro-formaggi']),
    customerId: dice.chance(0.15) ? dice.pick(['cust-declined', 'cust-blocked', 'cust-slow-bank']) : 'cust-789',
    totalAmount: Math.round(dice.between(500, 3_000)) / 100,
    currency: dice.chance(0.2) ? 'EUR' : 'GBP',
  };
}
