import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Unavailable } from '#shared/messaging/faults.ts';
import { StreamFull } from '#shared/messaging/publisher.ts';
import type { IntakeContext } from '../edge/context.ts';
import { readSubmission } from '../edge/order-submission.ts';
import { Refusal } from '../edge/problem.ts';
import { withinDeadline } from '../edge/within-deadline.ts';
import { announceOrder } from './announce-order.ts';
import { keyedOrderId, randomOrderId } from './order-id.ts';
import { linksOf, orderLinks } from './order-view.ts';

/** The answer to `POST /orders`: how the order stood when it was taken. */
export const orderAccepted = z.object({ orderId: z.string(), status: z.literal('waiting'), links: orderLinks });

/** `POST /orders`: answers 202 once the stream holds the order. */
export function addPlaceOrder(server: FastifyInstance, context: IntakeContext): void {
  const { flow, bus, now, waitingRoom, placed, answerWithinMs } = context;
  server.post('/orders', async (request, reply) => {
    const { order, key, ...caller } = readSubmission(request.headers, request.body);
    const traceparent = context.traceparent() ?? caller.traceparent;
    const keyed = key !== undefined;
    const orderId = keyed ? keyedOrderId(order.customerId, key) : randomOrderId();
    if (!waitingRoom.enter())
      throw new Refusal(
        'overloaded',
        `${waitingRoom.waiting} orders wait for the stream. Nothing was done: repeat in a moment.`,
      );
    let taken = false;
    try {
      const announcement = { orderId, data: { orderId, ...order }, keyed, now: now(), traceparent };
      const announced = await withinDeadline(announceOrder(bus, flow, announcement), answerWithinMs);
      if (announced.is === 'other') throw keyReused(orderId);
      placed.set(orderId, announced.sequence);
      taken = true;
    } catch (error) {
      const isUnknown = error instanceof Unavailable && !(error instanceof StreamFull);
      throw isUnknown ? statusUnknown(orderId, keyed, error) : error;
    } finally {
      waitingRoom.leave(taken);
    }
    if (traceparent) reply.header('traceparent', traceparent);
    const accepted: z.infer<typeof orderAccepted> = { orderId, status: 'waiting', links: linksOf(orderId) };
    return reply.code(202).header('location', accepted.links.self).send(accepted);
  });
}

function keyReused(orderId: string): Refusal {
  const remedy = 'send it as it was, or use a new key';
  const members = { orderId, links: linksOf(orderId) };
  return new Refusal('key-reused', `This key was used for an order with other contents: ${remedy}.`, { members });
}

function statusUnknown(orderId: string, keyed: boolean, cause: Unavailable): Refusal {
  const remedy = keyed
    ? 'repeat with the same Idempotency-Key: it finds out, and never orders twice'
    : 'the order may have been taken, so look at its link later; repeating it may order twice, unless an Idempotency-Key is sent from the start';
  const members = { orderId, links: linksOf(orderId) };
  const detail = `The stream did not confirm the order. Status unknown: ${remedy}.`;
  return new Refusal('broker-away', detail, { cause, members });
}
