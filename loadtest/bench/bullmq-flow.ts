import type { FlowJob, JobsOptions } from 'bullmq';
import type { OrderCreated } from '#shared/contracts/order.ts';

/** The queues, each with a worker process of its own. */
export const roles = ['payment', 'inventory', 'chef', 'kitchen'] as const;
export type Role = (typeof roles)[number];

/** Redis channel on which a ready order's id is told, as core NATS tells it in the choreography. */
export const READY_CHANNEL = 'bench:ready';

/** An order as a flow: the kitchen's job waits for its three children. */
export function flowOf(order: OrderCreated): FlowJob {
  const opts: JobsOptions = { jobId: order.orderId, removeOnComplete: true };
  const child = (role: Role): FlowJob => ({ name: role, queueName: role, data: order, opts });
  return {
    name: 'kitchen',
    queueName: 'kitchen',
    data: { orderId: order.orderId },
    opts,
    children: [child('payment'), child('inventory'), child('chef')],
  };
}
