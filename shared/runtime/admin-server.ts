import Fastify, { type FastifyInstance } from 'fastify';
import type { StoreWatch } from '#shared/kernel/rebuild/watch-store.ts';
import type { BrokerInspector } from '#shared/messaging/broker-inspector.ts';
import { NotWhole, type Store } from '#shared/store/store.ts';
import type { ServiceMetrics } from '#shared/telemetry/metrics/service-metrics.ts';

interface Dependencies {
  readonly bus: Pick<BrokerInspector, 'status' | 'durableStates'>;
  /** Its own; undefined: it consumes nothing. */
  readonly durable: string | undefined;
  readonly store: Pick<Store, 'counters'> | undefined;
  readonly storeState: (() => StoreWatch['state']) | undefined;
  readonly metrics?: ServiceMetrics | undefined;
}

/** What a missing durable needs, which a service with credentials may not create. */
const REMEDY = 'npm run set-up creates it, in compose docker compose up set-up';

/** `/live`: the process answers. `/ready`: so do its dependencies; 503 names which does not. `/metrics`: OpenMetrics. */
export function createAdminServer({ bus, durable, store, storeState, metrics }: Dependencies): FastifyInstance {
  const server = Fastify({ forceCloseConnections: true });
  server.get('/live', async () => ({ status: 'live' }));
  server.get('/ready', async (_request, reply) => {
    const state = storeState?.() === 'rebuilding' ? 'rebuilding' : await stateOf(store);
    const consumer = await consumerOf(bus, durable);
    const isReady = bus.status === 'connected' && [state, consumer].every((one) => WELL.includes(one));
    const status = isReady ? 'ready' : 'not ready';
    const detail = consumer === 'missing' ? `the durable ${durable} does not exist: ${REMEDY}` : undefined;
    return reply.code(isReady ? 200 : 503).send({ status, broker: bus.status, store: state, consumer, detail });
  });
  if (metrics)
    server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.scrape()));
  return server;
}

const WELL = ['connected', 'not used'];

async function consumerOf(bus: Dependencies['bus'], durable: string | undefined) {
  if (durable === undefined) return 'not used';
  if (bus.status !== 'connected') return 'away';
  return bus.durableStates().then(
    (states) => (states.some((state) => state.durable === durable) ? 'connected' : 'missing'),
    () => 'away',
  );
}

const stateOf = async (store: Dependencies['store']): Promise<'not used' | 'connected' | 'rebuilding' | 'away'> =>
  store?.counters().then(
    () => 'connected',
    (error) => (error instanceof NotWhole ? 'rebuilding' : 'away'),
  ) ?? 'not used';
