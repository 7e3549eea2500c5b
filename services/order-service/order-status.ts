import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ORDER_ID } from '#shared/contracts/fields.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { historyOf, type OrderHistory, readMessages } from './order-history.ts';
import { viewOf } from './order-view.ts';
import type { PlacedOrders } from './placed-orders.ts';
import { Refusal } from './problem.ts';
import { ANSWER_WITHIN_MS, within } from './within.ts';

interface Dependencies {
  readonly flow: Flow;
  readonly bus: Bus;
  readonly placed: PlacedOrders;
}

export const BATCH_TYPE = 'application/cloudevents-batch+json';

/** `GET /orders/{id}` and `GET /orders/{id}/events`: both are read from the stream, no database in between. */
export function addOrderStatus(server: FastifyInstance, { flow, bus, placed }: Dependencies): void {
  const historyFor = (orderId: string) =>
    within(ANSWER_WITHIN_MS, knownHistory(bus, flow, orderId, placed.get(orderId)));
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

/** @throws Refusal when the stream knows nothing of the order; Unavailable. */
async function knownHistory(bus: Bus, flow: Flow, orderId: string, from?: number): Promise<OrderHistory> {
  const messages = await readMessages(bus, flow, orderId, from);
  if (messages.length === 0) throw unknownOrder(orderId);
  return historyOf(flow, messages);
}

export const unknownOrder = (orderId: string): Refusal =>
  new Refusal(
    'unknown-order',
    `The stream holds no event of order ${orderId}: check the id; old orders are forgotten.`,
  );
