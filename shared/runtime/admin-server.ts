import Fastify, { type FastifyInstance } from 'fastify';
import type { StoreWatch } from '#shared/kernel/rebuild/watch-store.ts';
import type { BrokerInspector } from '#shared/messaging/broker-inspector.ts';
import { isNotWhole, type Store } from '#shared/store/store.ts';
import type { ServiceMetrics } from '#shared/telemetry/metrics/service-metrics.ts';

interface Dependencies {
  readonly bus: Pick<BrokerInspector, 'status'>;
  readonly store: Pick<Store, 'counters'> | undefined;
  readonly storeState: (() => StoreWatch['state']) | undefined;
  readonly metrics?: ServiceMetrics | undefined;
}

/**
 * `/live`: the process answers. `/ready`: its dependencies do, too; 503 names the one that does not, or says that the store is
 * `rebuilding`. `/metrics`: OpenMetrics.
 */
export function createAdminServer({ bus, store, storeState, metrics }: Dependencies): FastifyInstance {
  const server = Fastify({ forceCloseConnections: true });
  server.get('/live', async () => ({ status: 'live' }));
  server.get('/ready', async (_request, reply) => {
    const state = storeState?.() === 'rebuilding' ? 'rebuilding' : await stateOf(store);
    const isReady = bus.status === 'connected' && (state === 'connected' || state === 'not used');
    const status = isReady ? 'ready' : 'not ready';
    return reply.code(isReady ? 200 : 503).send({ status, broker: bus.status, store: state });
  });
  if (metrics)
    server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.scrape()));
  return server;
}

const stateOf = async (store: Dependencies['store']): Promise<'not used' | 'connected' | 'rebuilding' | 'away'> =>
  store?.counters().then(
    () => 'connected',
    (error) => (isNotWhole(error) ? 'rebuilding' : 'away'),
  ) ?? 'not used';
