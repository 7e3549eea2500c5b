import { hash } from 'node:crypto';
import type { Job } from 'bullmq';
import { type Chef, prepMinutes, roster } from '#services/chef-service/roster.ts';
import { ingredientsOf, par } from '#services/inventory-service/menu.ts';
import { toMinor } from '#shared/contracts/money.ts';
import type { OrderCreated } from '#shared/contracts/order.ts';
import type { Role } from './bullmq-flow.ts';
import { openSteps, type Steps } from './bullmq-steps.ts';

export interface Work {
  /** Handles one job; its result is what the kitchen reads. */
  readonly process: (job: Job) => Promise<Record<string, unknown>>;
  close(): void;
}

/** What a role does with a job: the same steps as our service of that name, on an order that nobody refuses. */
export async function openWork(role: Role, redisUrl: string): Promise<Work> {
  switch (role) {
    case 'payment':
      return payment(openSteps(redisUrl, 'payment'), openSteps(redisUrl, 'gateway'));
    case 'inventory':
      return inventory(openSteps(redisUrl, 'inventory'));
    case 'chef':
      return chef(openSteps(redisUrl, 'chef'));
    case 'kitchen':
      return kitchen(openSteps(redisUrl, 'kitchen'), openSteps(redisUrl, 'inventory'), openSteps(redisUrl, 'chef'));
    default:
      return role satisfies never;
  }
}

const closing = (...steps: Steps[]) => ({
  close: () => {
    for (const each of steps) each.close();
  },
});

/** Intent, the gateway's own journal, the captured entry. */
function payment(ledger: Steps, journal: Steps): Work {
  const process = async ({ data }: Job) => {
    const { orderId, customerId, totalAmount, currency } = data as OrderCreated;
    const paymentId = `pay-${orderId}-001`;
    const amount = toMinor(totalAmount, currency);
    await ledger.writeOnce(orderId, 'intent', JSON.stringify({ paymentId, customerId, amount, currency }));
    const charge = { status: 'captured', transactionId: `txn-${paymentId}`, amount, currency };
    const answer = JSON.parse(await journal.writeOnce(paymentId, 'charge', JSON.stringify(charge)));
    await ledger.capture(orderId, answer.amount, answer.currency);
    const { transactionId } = answer;
    return { orderId, paymentId, status: 'approved', amountCharged: totalAmount, currency, transactionId };
  };
  return { process, ...closing(ledger, journal) };
}

const poolsOf = (needed: readonly { ingredient: string; quantity: number }[]): Record<string, number> =>
  Object.fromEntries(needed.map(({ ingredient, quantity }) => [ingredient, quantity]));

async function inventory(stock: Steps): Promise<Work> {
  await stock.fill(par);
  const process = async ({ data }: Job) => {
    const order = data as OrderCreated;
    const ingredients = ingredientsOf(order);
    if ('unknown' in ingredients) throw new Error(`not on the menu: ${ingredients.unknown}`);
    const reservationId = `inv-${order.orderId}-001`;
    await stock.hold(order.orderId, poolsOf(ingredients.needed));
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    return { orderId: order.orderId, reservationId, ingredientsReserved: ingredients.needed, expiresAt };
  };
  return { process, ...closing(stock) };
}

async function chef(slots: Steps): Promise<Work> {
  await slots.fill(Object.fromEntries(roster.map((each) => [each.chefId, each.slots])));
  const process = async ({ data }: Job) => {
    const { orderId, pizzaType, size } = data as OrderCreated;
    const able = roster.filter(({ specialties }) => specialties.includes(pizzaType));
    const { chefId, chefName } = able[
      Number.parseInt(hash('sha1', orderId, 'hex').slice(0, 6), 16) % able.length
    ] as Chef;
    await slots.hold(orderId, { [chefId]: 1 });
    return { orderId, chefId, chefName, estimatedPrepTime: prepMinutes[size], specialtyMatch: true };
  };
  return { process, ...closing(slots) };
}

/**
 * Reads what its children found, writes ready, and settles reservation and slot. In the choreography their owners do
 * that on kitchen.ready; as two more jobs it would cost the flows more than as two more calls.
 */
function kitchen(orders: Steps, stock: Steps, slots: Steps): Work {
  const process = async (job: Job) => {
    const { orderId } = job.data as { orderId: string };
    const found = Object.values(await job.getChildrenValues<Record<string, unknown>>());
    const { paymentId, reservationId, chefId } = Object.assign({}, ...found) as Record<string, string>;
    if (!paymentId || !reservationId || !chefId) throw new Error(`order ${orderId} lacks a contribution`);
    await orders.ready(orderId, JSON.stringify({ paymentId, reservationId, chefId }));
    await Promise.all([stock.settle(orderId, 'spent', {}), slots.settle(orderId, 'returned', { [chefId]: 1 })]);
    return { orderId, status: 'ready-for-preparation', correlationData: { paymentId, reservationId, chefId } };
  };
  return { process, ...closing(orders, stock, slots) };
}
