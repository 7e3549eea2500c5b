import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import { createEndpointHandler } from '@restatedev/restate-sdk';
import { atMostEvery } from '#shared/kernel/clock.ts';
import { createOwnEvents } from '#shared/kernel/own-events.ts';
import { recordedOf } from '#shared/kernel/recorded-event.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import { hostAndPort } from '#shared/messaging/server-url.ts';
import type { Engine, Service, ServicePorts } from '#shared/runtime/service.ts';
import { ORCHESTRATOR } from '../contract.ts';
import { orchestratorService } from '../service.ts';
import { orderWorkflow, type World } from './order-workflow.ts';

const CATCH_UP_WITHIN_MS = 2_000;
const ANSWER_WITHIN_MS = 10_000;
const LOG_TROUBLE_EVERY_MS = 5_000;

/** Hears and says what the other orchestrator does; but how far each order is, Restate knows. */
export const restateOrchestrator: Service = {
  name: ORCHESTRATOR,
  reacts: orchestratorService(false).reacts,
  engine: openRestate,
};

/** Serves the workflow, makes it known to Restate, and hands over each event once: acknowledged when Restate has it. */
async function openRestate(ports: ServicePorts): Promise<Engine> {
  const { flow, settings } = ports;
  const { BIND: host, RESTATE_PORT, RESTATE_ADMIN_PORT, RESTATE_ENDPOINT_PORT } = settings;
  const url = (port: number) => `http://${hostAndPort(host, port)}`;
  await using starting = new AsyncDisposableStack();
  starting.defer(await serveWorkflow(ports));
  await post(`${url(RESTATE_ADMIN_PORT)}/deployments`, { uri: url(RESTATE_ENDPOINT_PORT), force: true });
  const serving = starting.move();
  return {
    async handle(received, stopping) {
      const workflow = `${url(RESTATE_PORT)}/order/${encodeURIComponent(received.orderId)}`;
      const event = recordedOf(received);
      if (event.type !== flow.start)
        return String(await post(`${workflow}/answered`, event, stopping, { 'idempotency-key': event.id }));
      const { status } = (await post(`${workflow}/run/send`, event, stopping)) as { status: string };
      return status === 'Accepted' ? 'ok' : 'duplicate';
    },
    stop: () => serving.disposeAsync(),
  };
}

/** @throws Unavailable when there is no answer in time, Error when the request is refused */
async function post(url: string, body: object, stopping?: AbortSignal, headers: Record<string, string> = {}) {
  const signal = AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), ...(stopping ? [stopping] : [])]);
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, signal };
  const answer = async () => {
    const response = await fetch(url, { ...init, body: JSON.stringify(body) });
    return { status: response.status, ok: response.ok, text: await response.text() };
  };
  const { status, ok, text } = await answer().catch((cause: Error) => {
    throw new Unavailable(`Restate at ${new URL(url).origin}`, { cause });
  });
  if (ok) return JSON.parse(text) as unknown;
  if (status === 429 || status > 500) throw new Unavailable(`Restate (${status})`);
  throw new Error(`Restate refuses ${url} (${status}): ${text}`);
}

/** Replicas listen on the same port: to Restate they are one deployment. Resolves with what ends it. */
async function serveWorkflow(ports: ServicePorts): Promise<() => Promise<void>> {
  const { settings, log, monotonic } = ports;
  const { BIND: host, RESTATE_ENDPOINT_PORT: port } = settings;
  const onTrouble = atMostEvery(
    LOG_TROUBLE_EVERY_MS,
    monotonic,
    (fault: { order_id: string | undefined; err: unknown }) => log.warn(fault, 'a workflow failed; Restate repeats it'),
  );
  const handler = createEndpointHandler({
    services: [orderWorkflow(worldOf(ports))],
    logger({ level, context }, message, ...more) {
      if (context && ['warn', 'error'].includes(level)) onTrouble({ order_id: context.key, err: more[0] ?? message });
    },
  });
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer(handler).on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.listen({ host, port, reusePort: process.platform === 'linux' });
  await once(server, 'listening');
  return async () => {
    const closed = once(server, 'close');
    server.close();
    // What is under way is given back: Restate calls again.
    for (const session of sessions) session.destroy();
    await closed;
  };
}

function worldOf({ flow, settings, bus, now, traceparent }: ServicePorts): World {
  const own = createOwnEvents({ flow, service: ORCHESTRATOR, bus, traceparent });
  return {
    flow,
    orderTimeout: settings.ORDER_TIMEOUT,
    retainMs: settings.RETENTION + settings.DEAD_LETTER_RETENTION,
    publish: (orderId, type, cause, data) =>
      own.publish(orderId, [own.record(orderId, { type, cause: cause.id, data }, [cause], now())]),
    async assertCaughtUp() {
      if (await bus.caughtUp([ORCHESTRATOR], CATCH_UP_WITHIN_MS)) return;
      throw new Error('answers are waiting to be handed over');
    },
  };
}
