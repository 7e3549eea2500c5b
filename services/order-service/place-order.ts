import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Flow } from '#shared/contracts/flow.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { Publisher } from '#shared/messaging/publisher.ts';
import type { StreamReader } from '#shared/messaging/stream-reader.ts';
import { announceOrder } from './announce-order.ts';
import { linksOf, orderLinks } from './links.ts';
import { keyedOrderId } from './order-id.ts';
import { readSubmission } from './order-submission.ts';
import type { PlacedOrders } from './placed-orders.ts';
import { Refusal } from './problem.ts';
import type { WaitingRoom } from './waiting-room.ts';
import { ANSWER_WITHIN_MS, within } from './within.ts';

/** The answer to `POST /orders`: how the order stood when it was taken. */
export const orderAccepted = z.object({ orderId: z.string(), status: z.literal('waiting'), links: orderLinks });

interface Dependencies {
  readonly flow: Flow;
  readonly bus: Pick<Publisher, 'publish'> & Pick<StreamReader, 'read'>;
  readonly now: () => number;
  readonly newOrderId: () => string;
  /** Is told of each order that was taken. */
  readonly placed: PlacedOrders;
  /** For the stream; when it is full the intake refuses. */
  readonly waitingRoom: WaitingRoom;
  /** The active trace context, which wins over the caller's, for it is a child of that. */
  readonly traceparent: () => string | undefined;
}

/** `POST /orders`: checks the order, and answers 202 once the stream holds it. */
export function addPlaceOrder(server: FastifyInstance, dependencies: Dependencies): void {
  const { flow, bus, now, newOrderId, waitingRoom, placed } = dependencies;
  server.post('/orders', async (request, reply) => {
    const { order, key, ...caller } = readSubmission(request.headers, request.body);
    const traceparent = dependencies.traceparent() ?? caller.traceparent;
    const orderId = key === undefined ? newOrderId() : keyedOrderId(order.customerId, key);
    const keyed = key !== undefined;
    if (!waitingRoom.enter())
      throw new Refusal(
        'overloaded',
        `${waitingRoom.waiting} orders wait for the stream. Nothing was done: repeat in a moment.`,
      );
    let taken = false;
    try {
      const announcement = { orderId, data: { orderId, ...order }, keyed, now: now(), traceparent };
      const announced = await within(ANSWER_WITHIN_MS, announceOrder(bus, flow, announcement));
      if (announced.is === 'other') throw keyReused(orderId);
      placed.set(orderId, announced.sequence);
      taken = true;
    } catch (error) {
      throw error instanceof Unavailable ? statusUnknown(orderId, keyed, error) : error;
    } finally {
      waitingRoom.leave(taken);
    }
    const links = linksOf(orderId);
    if (traceparent) reply.header('traceparent', traceparent);
    const accepted: z.infer<typeof orderAccepted> = { orderId, status: 'waiting', links };
    return reply.code(202).header('location', links.self).send(accepted);
  });
}

const keyReused = (orderId: string): Refusal =>
  new Refusal(
    'key-reused',
    'This key was used for an order with other contents: send it as it was, or use a new key.',
    {
      members: { orderId, links: linksOf(orderId) },
    },
  );

function statusUnknown(orderId: string, keyed: boolean, cause: Unavailable): Refusal {
  const remedy = keyed
    ? 'repeat with the same Idempotency-Key: it finds out, and never orders twice'
    : 'it may have been taken all the same, so look at its link later; repeating it may order twice, unless an Idempotency-Key is sent from the start';
  const members = { orderId, links: linksOf(orderId) };
  return new Refusal('broker-away', `The stream did not confirm the order. Status unknown: ${remedy}.`, {
    cause,
    members,
  });
}
