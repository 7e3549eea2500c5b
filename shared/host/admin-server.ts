import Fastify, { type FastifyInstance } from 'fastify';
import type { Bus } from '#shared/messaging/bus.ts';
import type { CorrelationStore } from '#shared/store/correlation-store.ts';
import { isNotWhole } from '#shared/store/standing.ts';
import type { ServiceMetrics } from '#shared/telemetry/service-metrics.ts';
import type { Keeper } from './rebuild/keep-whole.ts';

interface Dependencies {
  readonly bus: Bus;
  readonly store?: CorrelationStore | undefined;
  readonly standing?: (() => Keeper['state']) | undefined;
  readonly metrics?: ServiceMetrics | undefined;
}

/** `/live`: the process answers. `/ready`: its dependencies do, too; 503 names the one that does not, or says that the store is `rebuilding`. `/metrics`: OpenMetrics. */
export function createAdminServer({ bus, store, standing, metrics }: Dependencies): FastifyInstance {
  const server = Fastify({ forceCloseConnections: true });
  server.get('/live', async () => ({ status: 'live' }));
  server.get('/ready', async (_request, reply) => {
    const state = { broker: bus.status, store: await storeState({ store, standing }) };
    const ready = state.broker === 'connected' && (state.store === 'connected' || state.store === 'not used');
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', ...state });
  });
  if (metrics)
    server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.scrape()));
  return server;
}

type StoreState = 'not used' | 'connected' | 'rebuilding' | 'away';

async function storeState({ store, standing }: Pick<Dependencies, 'store' | 'standing'>): Promise<StoreState> {
  if (!store) return 'not used';
  if (standing?.() === 'rebuilding') return 'rebuilding';
  return store.totals().then(
    () => 'connected',
    (error) => (isNotWhole(error) ? 'rebuilding' : 'away'),
  );
}
