import type { OrderStatus } from '#shared/stack/commands/sample-order.ts';
import { askPrometheus } from '#shared/stack/servers/ask-prometheus.ts';
import { orderFor } from '../../loadtest/demo/demo-order.ts';
import { type Part, parts } from '../../loadtest/demo/programme.ts';
import { shown } from '../../loadtest/demo/shown.ts';
import type { Check, Circumstances, PlacedOrder } from './check.ts';
import { secondsSince, until } from './until.ts';

/** How an order of each part is seen to have ended: by its status, and by the last event that it brings about. */
const endings: Readonly<Record<Part, { readonly status: OrderStatus['status']; readonly event: string }>> = {
  ready: { status: 'ready', event: 'kitchen.ready' },
  duplicate: { status: 'ready', event: 'kitchen.ready' },
  'slow-bank': { status: 'ready', event: 'payment.initiated' },
  declined: { status: 'cancelled', event: 'payment.failed' },
  'sold-out': { status: 'cancelled', event: 'inventory.unavailable' },
  'off-menu': { status: 'cancelled', event: 'inventory.unavailable' },
  'no-chef': { status: 'cancelled', event: 'chef.unavailable' },
  // The late payment is refunded.
  timeout: { status: 'timeout', event: 'payment.refunded' },
};

const GRACE_MS = 30_000;

/** An order of each part, followed to its end over HTTP. */
export const outcomes: Check = {
  title: 'an order of each outcome',
  needs: ['order-service'],
  async run(circumstances) {
    const run = `check-${Date.now()}`;
    for (const [n, part] of parts.entries())
      circumstances.orders.set(part, await place(part, { run, n }, circumstances));
    return Promise.all(parts.map((part) => follow(part, circumstances)));
  },
};

async function place(
  part: Part,
  order: { run: string; n: number },
  { project, settings, signal }: Circumstances,
): Promise<PlacedOrder> {
  const { body, key } = orderFor(part, order.run, settings, order.n);
  const response = await fetch(`${project.url('ORDER_PORT')}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
    signal,
  });
  if (response.status !== 202) throw new Error(`the intake answered ${response.status} to an order for ${part}`);
  const { orderId } = (await response.json()) as { orderId: string };
  return { orderId, traceId: response.headers.get('traceparent')?.split('-')[1] ?? '' };
}

async function follow(part: Part, { project, settings, signal, orders }: Circumstances): Promise<string> {
  const orderId = orders.get(part)?.orderId;
  const wanted = endings[part];
  let last: string = 'unknown';
  const order = await until(
    async () => {
      const answer = await fetch(`${project.url('ORDER_PORT')}/orders/${orderId}`, { signal });
      const found = (await answer.json()) as OrderStatus;
      last = `${found.status} after ${found.timeline?.map(({ type }) => type).join(', ')}`;
      const ended = found.status === wanted.status && found.timeline.some(({ type }) => type === wanted.event);
      return ended ? found : undefined;
    },
    {
      what: `${wanted.status} and ${wanted.event} of an order for ${part}`,
      withinMs: 2 * settings.ORDER_TIMEOUT + GRACE_MS,
      signal,
    },
  ).catch((error: Error) => {
    throw new Error(`${error.message}; it is ${last}`);
  });
  return `${part}: ${order.status}, with ${wanted.event} (${order.timeline.length} events)`;
}

/** What the demo container shows by itself, and when. */
export const demoOutcomes: Check = {
  title: 'what the demo shows',
  needs: ['demo', 'prometheus'],
  async run({ project, settings, healthyAt, signal }) {
    const url = project.url('PROMETHEUS_PORT');
    const withinMs = 2 * settings.ORDER_TIMEOUT + GRACE_MS;
    const seen = Object.entries(shown).map(([what, query]) => {
      const above = async () => (await askPrometheus(url, query)).some(({ value }) => value > 0) || undefined;
      return until(above, { what, withinMs, signal }).then(() => `${what}: ${secondsSince(healthyAt)} after health`);
    });
    const lines = await Promise.all(seen);
    const [lost] = await askPrometheus(url, 'max_over_time(stack:orders_lost:max_abs[10m])');
    if (lost?.value !== 0) throw new Error(`${lost?.value} orders are lost, or nobody counts them`);
    return [...lines, 'lost: 0 at every scrape'];
  },
};
