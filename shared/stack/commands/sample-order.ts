import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { contractOf, type Flow } from '#shared/contracts/flow.ts';
import type { TimelineEntry } from '../journey/describe-journey.ts';
import { StartFailure } from '../processes/start-failure.ts';

/** Where an order stands, as `GET /orders/{id}` answers. */
export interface OrderStatus {
  readonly orderId: string;
  readonly status: 'waiting' | 'ready' | 'cancelled' | 'timeout';
  /** In the order of the stream. */
  readonly timeline: readonly TimelineEntry[];
}

const ANSWER_WITHIN_MS = 10_000;
/** A broker that has just started on a busy machine may take longer for its first order than the intake waits. */
const TAKEN_WITHIN_MS = 15_000;
const ASK_EVERY_MS = 50;

/** The body of `POST /orders` for the flow's own example, without the id that the intake gives. */
export function sampleBody(flow: Flow, change: object = {}): string {
  const { orderId: _, ...body } = { ...contractOf(flow, flow.start).example, ...change };
  return JSON.stringify(body);
}

/** Places the flow's example order, changed, again while the intake says 503; its id. @throws StartFailure when it is not accepted. */
export async function placeSampleOrder(orderUrl: string, flow: Flow, change: object = {}): Promise<string> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const body = sampleBody(flow, change);
  for (const deadline = Date.now() + TAKEN_WITHIN_MS; ; await delay(ASK_EVERY_MS)) {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const response = await fetch(`${orderUrl}/orders`, { method: 'POST', headers, body, signal });
    const answer = await response.text();
    if (response.status === 202) return (JSON.parse(answer) as { orderId: string }).orderId;
    if (response.status !== 503 || Date.now() > deadline)
      throw new StartFailure(
        `the sample order was not accepted: ${orderUrl}/orders answered ${response.status} ${answer}`,
      );
  }
}

/** Asks until the order is decided and compensated, or time is over. @throws StartFailure when the intake does not tell */
export async function followOrder(
  orderUrl: string,
  orderId: string,
  { flow, withinMs, signal }: { flow: Flow; withinMs: number; signal: AbortSignal },
): Promise<OrderStatus> {
  const url = `${orderUrl}/orders/${orderId}`;
  const deadline = Date.now() + withinMs;
  for (;;) {
    const order = await askStatus(url, signal);
    const isLate = Date.now() > deadline;
    if (order && (isLate || isOver(flow, order))) return order;
    if (isLate) throw new StartFailure(`${url} tells no status: what became of the order is unknown`);
    await delay(ASK_EVERY_MS, undefined, { signal });
  }
}

/** Ready; or ended otherwise, with every fulfilment compensated and that reported. */
function isOver({ requirements }: Flow, { status, timeline }: OrderStatus): boolean {
  if (status === 'waiting' || status === 'ready') return status === 'ready';
  const has = (type: string) => timeline.some((entry) => entry.type === type);
  return requirements.every(({ fulfilled, compensated }) => !has(fulfilled) || has(compensated));
}

/** Undefined when there is no answer just now: the intake may be restarting, or the order is not yet in the stream. */
async function askStatus(url: string, signal: AbortSignal): Promise<OrderStatus | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]) });
    return response.ok ? ((await response.json()) as OrderStatus) : undefined;
  } catch {
    return undefined;
  }
}
