import type { FlowJob, FlowProducer, JobsOptions } from 'bullmq';
import type { OrderCreated } from '#shared/contracts/order.ts';

/** The queues, each with a worker process of its own. */
export const roles = ['payment', 'inventory', 'chef', 'kitchen'] as const;
export type Role = (typeof roles)[number];

/** Redis channel on which a ready order's id is published, as core NATS does in the choreography. */
export const READY_CHANNEL = 'bench:ready';

/** An order as a flow: the kitchen's job waits for its three children. */
function flowOf(order: OrderCreated): FlowJob {
  const opts: JobsOptions = { jobId: order.orderId, removeOnComplete: true };
  const child = (role: Role): FlowJob => ({ name: role, queueName: role, data: order, opts });
  const children = [child('payment'), child('inventory'), child('chef')];
  return { name: 'kitchen', queueName: 'kitchen', data: { orderId: order.orderId }, opts, children };
}

/** BullMQ's own advice for many flows; larger batches gain nothing. */
const MAX_BATCH = 50;

/** Adds the orders submitted in one turn of the event loop by one `addBulk`. The function resolves once its order's flow is added. */
export function createSubmit(flows: Pick<FlowProducer, 'addBulk'>): (order: OrderCreated) => Promise<void> {
  let batch: { readonly orders: OrderCreated[]; readonly added: Promise<unknown> } | undefined;
  const openBatch = () => {
    const orders: OrderCreated[] = [];
    const add = () => {
      if (batch?.orders === orders) batch = undefined;
      return flows.addBulk(orders.map(flowOf));
    };
    return { orders, added: new Promise((resolve) => setImmediate(resolve)).then(add) };
  };
  return async (order) => {
    batch ??= openBatch();
    const { orders, added } = batch;
    orders.push(order);
    if (orders.length === MAX_BATCH) batch = undefined;
    await added;
  };
}
