import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { twoKitchens } from '#shared/testing/fixtures/two-kitchens.ts';
import { type OrderStream, startOrderStream } from '#shared/testing/order-stream.ts';
import { type Exposition, readMetrics } from '#shared/testing/read-metrics.ts';

/** About 100 orders per second on a machine of two cores. */
const CUSTOMERS = 16;
const SCRAPE_EVERY_MS = 200;

/** What the funnel calls lost, in one scrape of one kitchen; NaN when a series is missing. */
function lost(scrape: Exposition): number {
  const created = scrape.sum('pizza_order_stage_total', { stage: 'created' }) ?? Number.NaN;
  const resolved = scrape.sum('pizza_orders_resolved_total') ?? Number.NaN;
  return created - resolved - (scrape.sum('pizza_orders_waiting') ?? Number.NaN);
}

/** A store that did not answer the scrape in time, as on a machine that stalls: its series are absent, and that is counted. */
const isWithoutStore = (scrape: Exposition): boolean =>
  scrape.sum('pizza_order_stage_total') === undefined &&
  (scrape.sum('pizza_scrape_errors_total', { source: 'store' }) ?? 0) > 0;

describe('under a stream of orders with two kitchens', () => {
  let stack: Stack;
  let orders: OrderStream;

  beforeAll(async () => {
    stack = await startStack({
      env: { ORDER_TIMEOUT: '30m', ACK_WAIT: '2s', LOG_LEVEL: 'error' },
      services: twoKitchens,
    });
    orders = startOrderStream(stack.orderUrl ?? '', pizzaFlow, CUSTOMERS);
  });
  afterAll(async () => {
    await orders?.stop();
    await stack?.[Symbol.asyncDispose]();
  });

  const kitchens = () => stack.services.filter(({ name }) => name === 'kitchen-service');
  const created = (scrape: Exposition) => scrape.sum('pizza_order_stage_total', { stage: 'created' }) ?? 0;

  /** Scrapes each kitchen again and again until told to stop; one that is being restarted does not answer. */
  function scrapeAll() {
    const seen: { replica: number; scrape: Exposition }[] = [];
    const stopping = new AbortController();
    const run = async () => {
      while (!stopping.signal.aborted) {
        for (const { adminUrl, replica } of kitchens()) {
          const scrape = await readMetrics(adminUrl).catch(() => undefined);
          if (scrape && !isWithoutStore(scrape)) seen.push({ replica, scrape });
        }
        await delay(SCRAPE_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    };
    const running = run();
    return {
      seen,
      async stop() {
        stopping.abort();
        await running;
        return seen;
      },
    };
  }

  it('nothing is lost at any scrape, and no total falls, while a kitchen is killed and started again', async () => {
    const [first] = kitchens();
    const scraping = scrapeAll();
    await orders.more(200);
    await first?.restart('SIGKILL');
    await orders.more(200);
    await first?.restart('SIGTERM');
    await orders.more(200);
    const isShown = () => scraping.seen.some(({ scrape }) => created(scrape) >= 600);
    await eventually(async () => isShown() || undefined, 'a scrape that shows them');
    const seen = await scraping.stop();
    expect(new Set(seen.map(({ replica }) => replica)).size).toBe(2);
    expect(seen.filter(({ scrape }) => lost(scrape) !== 0)).toEqual([]);
    // A reading is kept for half a second, so a replica may be behind the other one, but never behind itself.
    for (const replica of [1, 2]) {
      const own = seen.filter((each) => each.replica === replica).map(({ scrape }) => created(scrape));
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
  });

  it.each([
    ['redis', 'pizza_order_stage_total', 'store'],
    ['nats', 'pizza_consumer_pending', 'broker'],
  ] as const)(
    'with %s frozen its series are absent, all others there, and they come back',
    async (name, series, source) => {
      const [kitchen] = kitchens();
      const scrape = () => readMetrics(kitchen?.adminUrl ?? '');
      await eventually(async () => (await scrape()).sum(series), series);
      stack[name].signal('SIGSTOP');
      try {
        const without = await eventually(async () => {
          const answer = await scrape();
          return answer.sum(series) === undefined ? answer : undefined;
        }, `a scrape without ${series}`);
        expect(without.sum('pizza_scrape_errors_total', { source })).toBeGreaterThan(0);
        expect(without.sum('pizza_event_processing_seconds_count')).toBeGreaterThan(0);
      } finally {
        stack[name].signal('SIGCONT');
      }
      await eventually(async () => (await scrape()).sum(series), `${series} again`, 60_000);
    },
  );
});
