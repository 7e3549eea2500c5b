import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Flow } from '#shared/contracts/flow.ts';
import type { HistoryEvent } from '#shared/messaging/order-history.ts';
import type { IntakeContext } from '../edge/context.ts';
import { Refusal } from '../edge/problem.ts';
import { withinDeadline } from '../edge/within-deadline.ts';
import { orderIdOf } from '../orders/order-status.ts';
import { isOver } from '../orders/order-view.ts';
import { createEventStream, EVENT_STREAM_TYPE, type EventStream } from './event-stream.ts';
import { followOrder, type OrderFeed } from './follow-order.ts';

/** `GET /orders/{id}/live`: the order's events so far and to come, until no further event is expected. */
export function addLive(server: FastifyInstance, context: IntakeContext): void {
  const { flow, maxLive, heartbeatMs, idleMs, goodbyeMs } = context;
  const open = new Set<EventStream>();
  let opening = 0;
  let closing = false;
  server.addHook('preClose', async () => {
    closing = true;
    await Promise.all([...open].map((stream) => sayGoodbye(stream, goodbyeMs)));
  });
  server.get('/orders/:id/live', { exposeHeadRoute: false }, async (request, reply) => {
    const orderId = orderIdOf(request);
    const after = lastEventId(request);
    const taken = open.size + opening;
    if (taken >= maxLive)
      throw new Refusal('overloaded', `${taken} live streams are open: come back later, or ask /orders/${orderId}.`);
    opening++;
    const feed = await openFeed(context, orderId).finally(() => opening--);
    const nothingLeft = isOver(flow, feed.past) && (feed.past.at(-1)?.sequence ?? 0) <= after;
    if (nothingLeft || reply.raw.destroyed) {
      await stopFeed(feed, reply);
      // A browser's EventSource reconnects after every end; 204 tells it not to.
      return reply.code(204).send();
    }
    const stream = createEventStream({ heartbeatMs, idleMs, onClose: () => stopFeed(feed, reply) });
    open.add(stream);
    stream.body.once('close', () => open.delete(stream));
    play(flow, feed, after, stream);
    if (closing) stream.end('closing');
    const headers = { 'cache-control': 'no-store', 'x-accel-buffering': 'no', connection: 'close' };
    return reply.type(EVENT_STREAM_TYPE).headers(headers).send(stream.body);
  });
  server.head('/orders/:id/live', async (request, reply) => {
    await (await openFeed(context, orderIdOf(request))).stop();
    return reply.type(EVENT_STREAM_TYPE).send();
  });
}

/** A feed that opens after the deadline is stopped. */
async function openFeed(context: IntakeContext, orderId: string): Promise<OrderFeed> {
  const { bus, flow, placed, answerWithinMs } = context;
  const opening = followOrder(bus, flow, orderId, placed.get(orderId));
  try {
    return await withinDeadline(opening, answerWithinMs);
  } catch (error) {
    // A failure of `opening` is the error at hand, or comes after the answer.
    void opening.then((feed) => feed.stop()).catch(() => undefined);
    throw error;
  }
}

/** The broker drops an abandoned feed after a while: a failure here is no fault of the answer. */
const stopFeed = (feed: OrderFeed, { log }: FastifyReply): Promise<void> =>
  feed.stop().catch((error: unknown) => log.warn({ err: error }, 'a live stream could not be ended at the broker'));

function play(flow: Flow, feed: OrderFeed, after: number, stream: EventStream): void {
  const told = [...feed.past];
  const tell = ({ type, sequence, event }: HistoryEvent) => {
    if (sequence > after) stream.send({ type, id: sequence, data: event });
  };
  const endWhenOver = () => {
    if (isOver(flow, told)) stream.end('complete');
  };
  told.forEach(tell);
  endWhenOver();
  feed.start((event) => {
    told.push(event);
    tell(event);
    endWhenOver();
  });
}

/** The sequence that a returning client saw last. @throws Refusal when it is no number. */
function lastEventId(request: FastifyRequest): number {
  const text = request.headers['last-event-id']?.toString() ?? '0';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Refusal('bad-request', 'Last-Event-ID must be the id of an event of this stream: a whole number.');
}

async function sayGoodbye({ body, end }: EventStream, withinMs: number): Promise<void> {
  const closed = once(body, 'close');
  end('closing');
  await Promise.race([closed, delay(withinMs, undefined, { ref: false })]);
  body.destroy();
}
