import { hash } from 'node:crypto';
import { type Job, Worker } from 'bullmq';
import { type Chef, prepMinutes, roster } from '#services/chef-service/roster.ts';
import { ingredientsOf, par } from '#services/inventory-service/menu.ts';
import { toMinor } from '#shared/contracts/money.ts';
import type { OrderCreated } from '#shared/contracts/order.ts';
import { type Role, roles } from './bullmq-flow.ts';
import { openSteps, type Steps } from './bullmq-steps.ts';

/** The main of one worker process: `node bullmq-worker.ts <role> <redis url>`; drains on SIGTERM. */

const CONCURRENCY = 64;
const [name, url = ''] = process.argv.slice(2);

/** Does one job of its role: the steps of our service of that name, on an order that nobody refuses. Its result is what the kitchen reads. */
type Work = (job: Job) => Promise<Record<string, unknown>>;

const work: Readonly<Record<Role, (open: (role: string) => Steps) => Work | Promise<Work>>> = {
  /** Intent, the gateway's own journal, the captured entry. */
  payment: (open) => {
    const [ledger, journal] = [open('payment'), open('gateway')];
    return async ({ data }) => {
      const { orderId, customerId, totalAmount, currency }: OrderCreated = data;
      const paymentId = `pay-${orderId}-001`;
      const amount = toMinor(totalAmount, currency);
      await ledger.writeOnce(orderId, 'intent', JSON.stringify({ paymentId, customerId, amount, currency }));
      const charge = { status: 'captured', transactionId: `txn-${paymentId}`, amount, currency };
      const answer = JSON.parse(await journal.writeOnce(paymentId, 'charge', JSON.stringify(charge)));
      await ledger.capture(orderId, answer.amount, answer.currency);
      const { transactionId } = answer;
      return { orderId, paymentId, status: 'approved', amountCharged: totalAmount, currency, transactionId };
    };
  },

  inventory: async (open) => {
    const stock = open('inventory');
    await stock.fill(par);
    return async ({ data }) => {
      const order: OrderCreated = data;
      const ingredients = ingredientsOf(order);
      if ('unknown' in ingredients) throw new Error(`not on the menu: ${ingredients.unknown}`);
      const { needed } = ingredients;
      const { orderId } = order;
      await stock.hold(orderId, Object.fromEntries(needed.map(({ ingredient, quantity }) => [ingredient, quantity])));
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      return { orderId, reservationId: `inv-${orderId}-001`, ingredientsReserved: needed, expiresAt };
    };
  },

  chef: async (open) => {
    const slots = open('chef');
    await slots.fill(Object.fromEntries(roster.map((each) => [each.chefId, each.slots])));
    return async ({ data }) => {
      const { orderId, pizzaType, size }: OrderCreated = data;
      const able = roster.filter(({ specialties }) => specialties.includes(pizzaType));
      const drawn = Number.parseInt(hash('sha1', orderId, 'hex').slice(0, 6), 16);
      const { chefId, chefName } = able[drawn % able.length] as Chef;
      await slots.hold(orderId, { [chefId]: 1 });
      return { orderId, chefId, chefName, estimatedPrepTime: prepMinutes[size], specialtyMatch: true };
    };
  },

  /**
   * Writes ready, spends the reservation and returns the slot. In the choreography their owners do that on kitchen.ready;
   * as two more jobs it would cost the flows more than as two more calls.
   */
  kitchen: (open) => {
    const [orders, stock, slots] = [open('kitchen'), open('inventory'), open('chef')];
    return async (job) => {
      const { orderId }: { orderId: string } = job.data;
      const found = Object.values(await job.getChildrenValues<Record<string, unknown>>());
      const { paymentId, reservationId, chefId } = Object.assign({}, ...found) as Record<string, string>;
      if (!paymentId || !reservationId || !chefId) throw new Error(`order ${orderId} lacks a contribution`);
      const correlationData = { paymentId, reservationId, chefId };
      await orders.ready(orderId, JSON.stringify(correlationData));
      await Promise.all([stock.settle(orderId, 'spent', {}), slots.settle(orderId, 'returned', { [chefId]: 1 })]);
      return { orderId, status: 'ready-for-preparation', correlationData };
    };
  },
};

const role = roles.find((each) => each === name);
if (!role) throw new Error(`no such role: ${name}; give one of ${roles.join(', ')}`);
const opened: Steps[] = [];
const doJob = await work[role]((prefix) => {
  const steps = openSteps(url, prefix);
  opened.push(steps);
  return steps;
});
const worker = new Worker(role, doJob, { connection: { url }, concurrency: CONCURRENCY });
worker.on('error', (error) => console.error(error));
worker.on('failed', (job, error) => {
  console.error(`job ${job?.id} of ${role} failed: ${error.stack}`);
  process.exit(1);
});
await worker.waitUntilReady();
console.log('ready');
process.once('SIGTERM', async () => {
  await worker.close();
  for (const steps of opened) steps.close();
});
