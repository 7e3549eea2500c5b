import { setTimeout as delay } from 'node:timers/promises';
import type { CustomerOrder } from '../../loadtest/orders.ts';

export interface CustomersOptions {
  readonly orderUrl: string;
  readonly orders: (n: number) => CustomerOrder;
  /** The number of the first order. Default 0. */
  readonly from?: number;
  /** How many; without it they come until they are stopped. */
  readonly count?: number;
  /** Orders per second at most. */
  readonly rate: number;
  /** Requests under way at most. Default 64. */
  readonly atOnce?: number;
  /** Aborted: they go home, whatever they were told. */
  readonly signal?: AbortSignal | undefined;
}

/** Customers who repeat a request, under its key, until they are told that it is taken. */
export interface Customers {
  /** Order id -> the order, of all that were answered with 202. */
  readonly accepted: ReadonlyMap<string, CustomerOrder>;
  /** Answers by status; `0`: no answer. */
  readonly answers: ReadonlyMap<number, number>;
  /** What intake must not say: another order for the same key. */
  readonly contradictions: readonly string[];
  /** No new ones come. */
  stop(): void;
  /** Resolves when every order that was begun is taken. */
  readonly done: Promise<void>;
}

const REPEAT_AFTER_MS = 150;
const ANSWER_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 10;

export function inviteCustomers(options: CustomersOptions): Customers {
  const { orderUrl, orders, from = 0, count = Number.POSITIVE_INFINITY, rate, atOnce = 64, signal } = options;
  const accepted = new Map<string, CustomerOrder>();
  const answers = new Map<number, number>();
  const contradictions: string[] = [];
  let stopped = false;

  const ask = async (order: CustomerOrder): Promise<string | undefined> => {
    const { status, orderId } = await post(orderUrl, order);
    answers.set(status, (answers.get(status) ?? 0) + 1);
    return orderId;
  };
  const untilTaken = async (order: CustomerOrder): Promise<string | undefined> => {
    for (;;) {
      const orderId = await ask(order);
      if (orderId !== undefined || signal?.aborted) return orderId;
      await delay(REPEAT_AFTER_MS * (0.5 + Math.random()));
    }
  };
  const serve = async (order: CustomerOrder): Promise<void> => {
    const orderId = await untilTaken(order);
    if (orderId === undefined) return;
    accepted.set(orderId, order);
    const again = order.repeated ? await untilTaken(order) : orderId;
    if (again !== orderId) contradictions.push(`${order.key} is order ${orderId}, and then ${again}`);
  };
  const run = async (): Promise<void> => {
    const underWay = new Set<Promise<void>>();
    const began = performance.now();
    for (let n = 0; n < count && !stopped && !signal?.aborted; ) {
      const due = Math.min(count, Math.floor(((performance.now() - began) * rate) / 1_000) + 1);
      while (n < due && underWay.size < atOnce && !stopped) {
        const one: Promise<void> = serve(orders(from + n)).finally(() => underWay.delete(one));
        underWay.add(one);
        n += 1;
      }
      await (underWay.size >= atOnce ? Promise.race(underWay) : delay(LOOK_EVERY_MS));
    }
    await Promise.all(underWay);
  };
  return {
    accepted,
    answers,
    contradictions,
    stop() {
      stopped = true;
    },
    done: run(),
  };
}

async function post(url: string, { body, key }: CustomerOrder): Promise<{ status: number; orderId?: string }> {
  try {
    const answer = await fetch(`${url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const { orderId } = (await answer.json()) as { orderId?: string };
    return { status: answer.status, ...(answer.status === 202 && orderId && { orderId }) };
  } catch {
    // Intake is away, or went away in the middle of its answer.
    return { status: 0 };
  }
}
