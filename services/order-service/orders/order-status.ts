import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ORDER_ID } from '#shared/contracts/fields.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import { OrderHistory } from '#shared/messaging/order-history.ts';
import { readOrder, type StoredMessage, type StreamReader } from '#shared/messaging/stream-reader.ts';
import type { IntakeContext } from '../edge/context.ts';
import { Refusal } from '../edge/problem.ts';
import { withinDeadline } from '../edge/within-deadline.ts';
import { viewOf } from './order-view.ts';

export const BATCH_TYPE = 'application/cloudevents-batch+json';

/** `GET /orders/{id}` and `GET /orders/{id}/events`, both read from the stream: there is no database in between. */
export function addOrderStatus(server: FastifyInstance, context: IntakeContext): void {
  const { flow, bus, placed, answerWithinMs } = context;
  const historyFor = async (orderId: string) => {
    const messages = knownMessages(bus, flow, orderId, placed.get(orderId));
    return new OrderHistory(flow, await withinDeadline(messages, answerWithinMs));
  };
  server.get('/orders/:id', async (request) => {
    const orderId = orderIdOf(request);
    return viewOf(flow, orderId, await historyFor(orderId));
  });
  server.get('/orders/:id/events', async (request, reply) => {
    const { events } = await historyFor(orderIdOf(request));
    return reply.type(BATCH_TYPE).send(JSON.stringify(events.map(({ event }) => event)));
  });
}

/** The id in the path. @throws Refusal when it is not valid. */
export function orderIdOf(request: FastifyRequest): string {
  const { id } = request.params as { id: string };
  if (ORDER_ID.test(id)) return id;
  throw new Refusal('invalid-id', 'An order id has 1 to 64 letters, digits, "-" or "_".');
}

/** What the stream holds of an order, from a sequence on. @throws Refusal when that is nothing; Unavailable. */
export async function knownMessages(
  bus: Pick<StreamReader, 'lastSequence' | 'read'>,
  flow: Flow,
  orderId: string,
  from?: number,
): Promise<StoredMessage[]> {
  const messages = await readOrder(bus, flow, orderId, from);
  if (messages.length > 0) return messages;
  const remedy = 'check the id; old orders are forgotten';
  throw new Refusal('unknown-order', `The stream holds no event of order ${orderId}: ${remedy}.`);
}
