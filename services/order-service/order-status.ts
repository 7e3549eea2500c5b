import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ORDER_ID } from '#shared/contracts/fields.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import { readOrder } from '#shared/messaging/read-order.ts';
import type { StoredMessage, StreamReader } from '#shared/messaging/stream-reader.ts';
import { historyOf } from './order-history.ts';
import { viewOf } from './order-view.ts';
import type { PlacedOrders } from './placed-orders.ts';
import { Refusal } from './problem.ts';
import { ANSWER_WITHIN_MS, within } from './within.ts';

interface Dependencies {
  readonly flow: Flow;
  readonly bus: Pick<StreamReader, 'lastSequence' | 'read'>;
  readonly placed: PlacedOrders;
}

export const BATCH_TYPE = 'application/cloudevents-batch+json';

/** `GET /orders/{id}` and `GET /orders/{id}/events`: both are read from the stream, no database in between. */
export function addOrderStatus(server: FastifyInstance, { flow, bus, placed }: Dependencies): void {
  const historyFor = async (orderId: string) =>
    historyOf(flow, await within(ANSWER_WITHIN_MS, knownMessages(bus, flow, orderId, placed.get(orderId))));
  server.get('/orders/:id', async (request) => {
    const orderId = orderIdOf(request);
    return viewOf(flow, orderId, await historyFor(orderId));
  });
  server.get('/orders/:id/events', async (request, reply) => {
    const { events } = await historyFor(orderIdOf(request));
    return reply.type(BATCH_TYPE).send(JSON.stringify(events.map(({ event }) => event)));
  });
}

/** The id in the path. @throws Refusal when it is none. */
export function orderIdOf(request: FastifyRequest): string {
  const { id } = request.params as { id: string };
  if (ORDER_ID.test(id)) return id;
  throw new Refusal('invalid-id', 'An order id has 1 to 64 letters, digits, "-" or "_".');
}

/** What the stream holds of an order, from `from` on. @throws Refusal when that is nothing; Unavailable. */
export async function knownMessages(
  bus: Pick<StreamReader, 'lastSequence' | 'read'>,
  flow: Flow,
  orderId: string,
  from?: number,
): Promise<StoredMessage[]> {
  const messages = await readOrder(bus, flow, orderId, from);
  if (messages.length > 0) return messages;
  throw new Refusal(
    'unknown-order',
    `The stream holds no event of order ${orderId}: check the id; old orders are forgotten.`,
  );
}
