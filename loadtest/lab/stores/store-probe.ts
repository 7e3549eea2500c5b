import { setTimeout as delay } from 'node:timers/promises';
import { correlatorOf } from '#shared/contracts/flow.ts';
import type { Stack } from '#shared/stack/stack.ts';
import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import { type Exposition, readMetrics } from '#shared/testing/read-metrics.ts';
import { storeBytes } from './store-bytes.ts';

const SCRAPE_EVERY_MS = 100;

/** What the orders cost a store: its calls as the services count them, the room that they take, and whether each scrape balances. */
export async function probeStore(stack: Stack) {
  const names = stack.pattern.services.flatMap(({ name, stores = [] }) => [name, ...stores]);
  const before = { calls: await callsOf(stack), bytes: await storeBytes(stack.stores.all, names) };
  const scraping = scrape(stack);
  return async (orders: number): Promise<Record<string, number>> => {
    const scrapes = await scraping.stop();
    const [calls, bytes] = [await callsOf(stack), await storeBytes(stack.stores.all, names)];
    return {
      servers: stack.servers.length - 1,
      'store-calls-per-order': (calls.count - before.calls.count) / orders,
      'store-ms-per-order': ((calls.seconds - before.calls.seconds) * 1_000) / orders,
      ...(bytes !== undefined && { 'store-bytes-per-order': (bytes - (before.bytes ?? 0)) / orders }),
      scrapes: scrapes.length,
      'unbalanced-scrapes': scrapes.filter((lost) => lost !== 0).length,
    };
  };
}

async function callsOf({ services }: Stack) {
  const read = await Promise.all(services.map(({ adminUrl }) => readMetrics(adminUrl)));
  const sum = (end: string) =>
    read.reduce((total, one) => total + (one.sum(`${metrics.storeSeconds.name}_${end}`) ?? 0), 0);
  return { count: sum('count'), seconds: sum('sum') };
}

/** What each scrape of the service that decides would say is lost. */
function scrape({ services, pattern }: Stack) {
  const decider = services.find(({ name }) => name === correlatorOf(pattern.flow));
  const stopping = new AbortController();
  const lost: number[] = [];
  const running = (async () => {
    while (decider && !stopping.signal.aborted) {
      lost.push(lostIn(await readMetrics(decider.adminUrl)));
      await delay(SCRAPE_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  running.catch(() => undefined);
  return {
    async stop() {
      stopping.abort();
      await running;
      return lost;
    },
  };
}

/** Orders that came, and neither ended nor wait. */
const lostIn = ({ sum }: Exposition): number =>
  (sum(metrics.orderStage.name, { stage: 'created' }) ?? 0) -
  (sum(metrics.ordersResolved.name) ?? 0) -
  (sum(metrics.ordersWaiting.name) ?? 0);
