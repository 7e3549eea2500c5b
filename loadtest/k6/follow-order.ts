import { sleep } from 'k6';
import http from 'k6/http';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
import type { CustomerOrder } from '../orders.ts';
import { followSeconds, machineReadable, target } from './environment.ts';
import { type End, writeOrderLine } from './order-line.ts';
import { type Placed, placeOrder } from './place-order.ts';

const GET_ORDER = 'GET /orders/{id}';
/** Most are ready long before the first look. Seconds. */
const FIRST_LOOK = 0.25;
const LOOK_EVERY = 1;

/** From the first event to the one that ends the order by the events' own times: independent of how often k6 polls. */
const timeToReady = new Trend('time_to_ready', true);
/** `ms * SLOWEST_UNIT + n`: the greatest value names the slowest order, since a metric holds numbers only. */
const slowest = new Gauge('slowest_order');
export const SLOWEST_UNIT = 10_000_000;
const counters: Readonly<Record<End, Counter>> = {
  ready: new Counter('orders_ready'),
  cancelled: new Counter('orders_cancelled'),
  timeout: new Counter('orders_timeout'),
  lost: new Counter('orders_lost'),
};
/** Share of orders that no event decided on: timed out, or lost. */
const undecided = new Rate('orders_undecided');
/** Ready although something is wrong with them, or cancelled although nothing is. */
const unexpected = new Counter('orders_ended_wrongly');

/** Places the nth order and polls until it has ended or its deadline is long over. */
export function followOrder(order: CustomerOrder, n: number): void {
  const placed = placeOrder(order);
  if (!placed) return;
  const { status, tookMs } = untilEnded(placed);
  const { orderId, traceId, at } = placed;
  if (machineReadable) console.log(writeOrderLine({ kind: 'end', at, status, tookMs, orderId, traceId }));
  counters[status].add(1);
  const isDecided = status === 'ready' || status === 'cancelled';
  undecided.add(!isDecided);
  if (isDecided && status !== order.ends) unexpected.add(1);
  if (status !== 'ready') return;
  timeToReady.add(tookMs, { story: order.story });
  slowest.add(Math.round(tookMs) * SLOWEST_UNIT + n);
}

interface OrderView {
  readonly status: 'waiting' | Exclude<End, 'lost'>;
  readonly timeline: readonly { readonly type: string; readonly time: string }[];
}

const ENDS = ['kitchen.ready', 'order.cancelled', 'order.timeout'];

function untilEnded({ orderId, at }: Placed): { readonly status: End; readonly tookMs: number } {
  const deadline = at + followSeconds * 1_000;
  sleep(FIRST_LOOK);
  for (;;) {
    const order = look(orderId);
    if (order && order.status !== 'waiting') return { status: order.status, tookMs: timeToEnd(order) };
    if (Date.now() > deadline) return { status: 'lost', tookMs: Date.now() - at };
    sleep(LOOK_EVERY);
  }
}

/** Undefined while there is no answer: asked again until the deadline. */
function look(orderId: string): OrderView | undefined {
  const answer = http.get(`${target}/orders/${orderId}`, { tags: { name: GET_ORDER }, timeout: '5s' });
  return answer.status === 200 ? (answer.json() as unknown as OrderView) : undefined;
}

function timeToEnd({ timeline }: OrderView): number {
  const endedAt = timeline.find(({ type }) => ENDS.includes(type))?.time;
  // Clocks of two processes of one machine may differ by a millisecond.
  return Math.max(0, Date.parse(endedAt ?? '') - Date.parse(timeline[0]?.time ?? ''));
}
