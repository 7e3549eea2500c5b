import { sha256 } from 'k6/crypto';
import http from 'k6/http';
import { Counter } from 'k6/metrics';
import type { CustomerOrder } from '../orders.ts';
import { machineReadable, target } from './environment.ts';
import { writeOrderLine } from './order-line.ts';

export const POST_ORDER = 'POST /orders';
const ANSWER_WITHIN = '10s';

const accepted = new Counter('orders_accepted');
const refused = new Counter('orders_refused');
const failed = new Counter('orders_failed');
const withoutRetryAfter = new Counter('refused_without_retry_after');
/** Orders sent twice with one Idempotency-Key that became two orders. */
const doubled = new Counter('orders_doubled');

export interface Placed {
  readonly orderId: string;
  readonly traceId: string;
  /** Ms since the epoch. */
  readonly at: number;
}

/** Sends an order, as often as its customer does. Undefined when it was not accepted. */
export function placeOrder(order: CustomerOrder): Placed | undefined {
  const first = send(order);
  if (!first || !order.repeated) return first;
  const second = send(order, false);
  if (second && second.orderId !== first.orderId) doubled.add(1);
  return first;
}

/** `counted`: a repetition is no further order. */
function send(order: CustomerOrder, counted = true): Placed | undefined {
  const at = Date.now();
  const traceId = traceIdOf(order.key);
  const answer = http.post(`${target}/orders`, JSON.stringify(order.body), {
    headers: {
      'content-type': 'application/json',
      'idempotency-key': order.key,
      traceparent: `00-${traceId}-${traceId.slice(8, 24)}-01`,
    },
    tags: { name: __ENV.REQUEST ?? POST_ORDER },
    timeout: ANSWER_WITHIN,
  });
  const { status } = answer;
  const orderId = orderIdIn(String(answer.body ?? ''));
  const tookMs = answer.timings.duration;
  if (counted && machineReadable) console.log(writeOrderLine({ kind: 'answer', at, status, tookMs, orderId }));
  if (status === 202 && orderId) {
    if (counted) accepted.add(1);
    return { orderId, traceId, at };
  }
  if (status === 429 || status === 503) {
    refused.add(1);
    if (!(Number(answer.headers['Retry-After']) > 0)) withoutRetryAfter.add(1);
  } else failed.add(1);
  return undefined;
}

/** The order's trace, which begins here. Derived from its key, so that the summary finds the nth order's trace. */
export const traceIdOf = (key: string): string => sha256(key, 'hex').slice(0, 32);

/** Read from the text: parsing every answer costs the load generator more than sending the order. */
const orderIdIn = (body: string): string | undefined => /"orderId":"([\w-]+)"/.exec(body)?.[1];
