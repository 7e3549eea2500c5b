import type { FlowProducer } from 'bullmq';
import type { OrderCreated } from '#shared/contracts/order.ts';
import { flowOf } from './bullmq-flow.ts';

/** BullMQ's own advice for many flows, and measured to take less CPU than one call each; larger batches gain nothing. */
const MOST_PER_BATCH = 50;

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
    if (orders.length === MOST_PER_BATCH) batch = undefined;
    await added;
  };
}
