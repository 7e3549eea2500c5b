import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Flow } from '#shared/contracts/flow.ts';
import type { StreamReader } from '#shared/messaging/stream-reader.ts';
import type { Subscriber } from '#shared/messaging/subscriber.ts';
import { createEventStream, EVENT_STREAM_TYPE, type EventStream } from './event-stream.ts';
import { followOrder, type OrderFeed } from './follow-order.ts';
import type { HistoryEvent } from './order-history.ts';
import { orderIdOf } from './order-status.ts';
import { isOver } from './order-view.ts';
import type { PlacedOrders } from './placed-orders.ts';
import { Refusal } from './problem.ts';
import { ANSWER_WITHIN_MS, within } from './within.ts';

export interface LiveOptions {
  /** Streams open at once; above that the intake refuses. */
  readonly maxLive: number;
  readonly heartbeatMs: number;
  readonly idleMs: number;
}

interface Dependencies extends LiveOptions {
  readonly flow: Flow;
  readonly bus: Pick<Subscriber, 'follow'> & Pick<StreamReader, 'lastSequence' | 'read'>;
  readonly placed: PlacedOrders;
}

/** How long a reader has to take the end of its stream when the server closes. */
const GOODBYE_WITHIN_MS = 1_000;

/** `GET /orders/{id}/live`: the order's events so far and to come, until nothing more is to come. */
export function addLive(server: FastifyInstance, dependencies: Dependencies): void {
  const open = new Set<EventStream>();
  let taken = 0;
  let closing = false;
  server.addHook('preClose', () => {
    closing = true;
    return sayGoodbye(open);
  });
  server.get('/orders/:id/live', { exposeHeadRoute: false }, async (request, reply) => {
    const orderId = orderIdOf(request);
    const after = lastEventId(request);
    if (taken >= dependencies.maxLive)
      throw new Refusal('overloaded', `${taken} live streams are open: come back later, or ask /orders/${orderId}.`);
    taken++;
    try {
      const feed = await openFeed(dependencies, orderId);
      return await answer(feed, after, reply, dependencies, (stream) => {
        open.add(stream);
        taken++;
        stream.body.once('close', () => {
          open.delete(stream);
          taken--;
        });
        if (closing) stream.end('closing');
      });
    } finally {
      taken--;
    }
  });
  server.head('/orders/:id/live', async (request, reply) => {
    await (await openFeed(dependencies, orderIdOf(request))).stop();
    return reply.type(EVENT_STREAM_TYPE).send();
  });
}

/** A feed that comes too late for its answer is stopped, too. */
async function openFeed({ bus, flow, placed }: Dependencies, orderId: string): Promise<OrderFeed> {
  const opening = followOrder(bus, flow, orderId, placed.get(orderId));
  try {
    return await within(ANSWER_WITHIN_MS, opening);
  } catch (error) {
    // Its own failure is the error at hand, or came after the answer was given.
    void opening.then((feed) => feed.stop()).catch(() => undefined);
    throw error;
  }
}

async function answer(
  feed: OrderFeed,
  after: number,
  reply: FastifyReply,
  { flow, heartbeatMs, idleMs }: Dependencies,
  keep: (stream: EventStream) => void,
): Promise<FastifyReply> {
  const nothingLeft = isOver(flow, feed.past) && (feed.past.at(-1)?.sequence ?? 0) <= after;
  if (nothingLeft || reply.raw.destroyed) {
    await stopFeed(feed, reply);
    // 204 tells a browser's EventSource, which comes back after every end, to stop doing so.
    return reply.code(204).send();
  }
  const stream = createEventStream({ heartbeatMs, idleMs, onClose: () => stopFeed(feed, reply) });
  play(flow, feed, after, stream);
  keep(stream);
  const headers = { 'cache-control': 'no-store', 'x-accel-buffering': 'no', connection: 'close' };
  return reply.type(EVENT_STREAM_TYPE).headers(headers).send(stream.body);
}

/** The broker drops an abandoned feed by itself after a while: that it could not be told is no fault of the answer. */
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

/** The sequence that a returning client saw last. @throws Refusal when it is none. */
function lastEventId(request: FastifyRequest): number {
  const text = request.headers['last-event-id']?.toString() ?? '0';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Refusal('bad-request', 'Last-Event-ID must be the id of an event of this stream: a whole number.');
}

async function sayGoodbye(open: ReadonlySet<EventStream>): Promise<void> {
  const closing = [...open].map(async ({ body, end }) => {
    const closed = once(body, 'close');
    end('closing');
    await Promise.race([closed, delay(GOODBYE_WITHIN_MS, undefined, { ref: false })]);
    body.destroy();
  });
  await Promise.all(closing);
}
