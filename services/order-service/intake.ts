import type { Socket } from 'node:net';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import type { Flow } from '#shared/contracts/flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { parseJsonBody } from './json-body.ts';
import { addLive, type LiveOptions } from './live.ts';
import { methodsByPath } from './methods-by-path.ts';
import { addOpenApi } from './openapi.ts';
import { randomOrderId } from './order-id.ts';
import { addOrderStatus } from './order-status.ts';
import { addPlaceOrder } from './place-order.ts';
import { createPlacedOrders } from './placed-orders.ts';
import { problemOf, Refusal } from './problem.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface IntakeOptions extends Partial<LiveOptions> {
  readonly flow: Flow;
  readonly bus: Bus;
  /** Ms since the epoch. */
  readonly now?: () => number;
  readonly newOrderId?: () => string;
  readonly logger?: Logger | undefined;
  /** The context in which a request is handled here, which is then the order's instead of the caller's. */
  readonly traceparent?: () => string | undefined;
  /** How many orders may wait for the stream at once; above that 503. */
  readonly waitingRoom?: WaitingRoom;
}

/**
 * The HTTP edge: takes orders, and answers where they stand from the stream. Not listening yet. Its close() answers
 * what is under way and ends the live streams. It leaves the bus open.
 */
export function createIntake({
  flow,
  bus,
  now = Date.now,
  newOrderId = randomOrderId,
  logger,
  traceparent = () => undefined,
  waitingRoom = new WaitingRoom(),
  maxLive = 500,
  heartbeatMs = 15_000,
  idleMs = 600_000,
}: IntakeOptions): FastifyInstance {
  const server: FastifyInstance = Fastify({
    ...(logger && { loggerInstance: logger as FastifyBaseLogger }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 256 * 1024,
    requestTimeout: 10_000,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    clientErrorHandler: refuseRaw,
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, bytes: Buffer) =>
    parseJsonBody(bytes),
  );
  server.setErrorHandler(sendProblem);
  addGate(server);
  const placed = createPlacedOrders();
  addOrderStatus(server, { flow, bus, placed });
  addPlaceOrder(server, { flow, bus, now, newOrderId, placed, waitingRoom, traceparent });
  addLive(server, { flow, bus, placed, maxLive, heartbeatMs, idleMs });
  addOpenApi(server, flow);
  return server;
}

/** Refuses wrong paths and methods before their body is looked at, and everything once the server is closing. */
function addGate(server: FastifyInstance): void {
  const methodsOf = methodsByPath(server);
  let closing = false;
  server.addHook('preClose', async () => {
    closing = true;
  });
  server.addHook('onRequest', async (request, reply) => {
    if (closing)
      throw new Refusal('closing', 'Nothing was done: repeat it in a moment.', { headers: { connection: 'close' } });
    if (!request.is404) return;
    const path = request.url.split('?')[0] ?? '';
    const methods = methodsOf(path);
    if (methods.length === 0) throw new Refusal('unknown-path', 'GET / lists what there is.');
    const allow = [...methods, 'OPTIONS'].join(', ');
    if (request.method === 'OPTIONS') return reply.code(204).header('allow', allow).send();
    throw new Refusal('wrong-method', `It takes ${allow}.`, { headers: { allow } });
  });
  // Never reached: the hook above has answered. Without one, fastify would not run hooks for unknown paths.
  server.setNotFoundHandler(async () => {
    throw new Refusal('unknown-path', 'GET / lists what there is.');
  });
}

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, headers, body } = problemOf(error);
  if (status === 500) request.log.error({ err: error }, 'the intake has a defect');
  else if (status > 500) request.log.warn({ err: error }, 'request refused');
  return reply.code(status).headers(headers).send(JSON.stringify(body));
}

/** For what is not even HTTP there is a socket, and no reply. */
function refuseRaw(error: Error, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const { status, headers, body } = problemOf(error);
  const text = JSON.stringify(body);
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(text), connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${body.title}\r\n${head}\r\n${text}`);
}
