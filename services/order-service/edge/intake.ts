import type { Socket } from 'node:net';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { LastEntries } from '#shared/kernel/last-entries.ts';
import { addLive } from '../live/live.ts';
import { addOrderStatus } from '../orders/order-status.ts';
import { addPlaceOrder } from '../orders/place-order.ts';
import { WaitingRoom } from '../orders/waiting-room.ts';
import type { IntakeContext } from './context.ts';
import { addGate } from './gate.ts';
import { parseJsonBody } from './json-body.ts';
import { addOpenApi } from './openapi.ts';
import { problemOf } from './problem.ts';

export type IntakeOptions = Partial<IntakeContext> & Pick<IntakeContext, 'flow' | 'bus'> & { readonly logger?: Logger };

/** Some minutes of a busy evening, and a few MB. */
const PLACED_ORDERS = 32_768;

/**
 * The HTTP edge: takes orders, and answers from the stream how they stand. Not listening yet. Its close() answers the requests
 * under way and ends the live streams; the bus stays open.
 */
export function createIntake({ logger, ...options }: IntakeOptions): FastifyInstance {
  const context: IntakeContext = {
    now: Date.now,
    traceparent: () => undefined,
    waitingRoom: new WaitingRoom(),
    placed: new LastEntries(PLACED_ORDERS),
    answerWithinMs: 1_600,
    maxLive: 500,
    heartbeatMs: 15_000,
    idleMs: 600_000,
    goodbyeMs: 1_000,
    ...options,
  };
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
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async ({ headers }: FastifyRequest, bytes: Buffer) => parseJsonBody(headers, bytes),
  );
  server.setErrorHandler(sendProblem);
  addGate(server);
  addOrderStatus(server, context);
  addPlaceOrder(server, context);
  addLive(server, context);
  addOpenApi(server, context.flow);
  return server;
}

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, headers, body } = problemOf(error);
  if (status === 500) request.log.error({ err: error }, 'the intake has a defect');
  else if (status > 500) request.log.warn({ err: error }, 'request refused');
  return reply.code(status).headers(headers).send(JSON.stringify(body));
}

/** Bytes that are not HTTP reach fastify as a socket without a reply. */
function refuseRaw(error: Error, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const { status, headers, body } = problemOf(error);
  const text = JSON.stringify(body);
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(text), connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${body.title}\r\n${head}\r\n${text}`);
}
