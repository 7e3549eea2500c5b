import { setTimeout as delay } from 'node:timers/promises';
import { type CustomerOrder, type Mix, type OrdersOptions, ordersOf, realisticMix } from '../loadtest/orders.ts';

export interface Answer {
  /** When it was asked, ms since the epoch. */
  readonly at: number;
  /** 0: none came. */
  readonly status: number;
  readonly ms: number;
  /** The first request of an order, no repetition. */
  readonly first: boolean;
}

/** Customers who keep ordering, and repeat under the same Idempotency-Key what was not accepted. */
export type Customers = ReturnType<typeof startCustomers>;

export interface CustomersOptions extends OrdersOptions {
  readonly orderUrl: string;
  /** Orders per second, whatever the answers are. */
  readonly rate: number;
  /** How many orders; default: until they are stopped. */
  readonly count?: number;
  /** Orders under way at most; default: an open loop. */
  readonly atOnce?: number;
  /** Aborted: they give up at once. */
  readonly signal?: AbortSignal | undefined;
}

const ANSWER_WITHIN_MS = 8_000;
const ASK_AGAIN_MS = 500;
/** No answer, or the intake says that it is overloaded or away: no surprise. */
const ASK_AGAIN = [0, 429, 503];

export function startCustomers(options: CustomersOptions) {
  const { orderUrl, seed, run, mix = realisticMix, rate, count = Infinity, atOnce = Infinity, signal } = options;
  const answers: Answer[] = [];
  /** Order id -> the order, of all that were answered with 202. */
  const accepted = new Map<string, CustomerOrder>();
  const idOfKey = new Map<string, string>();
  /** Answers that a customer must never get: neither 202 nor a reason to ask again, or two orders for one key. */
  const surprises: string[] = [];
  const underWay = new Set<Promise<void>>();
  let demand = { rate, mix };
  let orderOf = ordersOf({ seed, run, mix });
  let begun = 0;
  let closed = false;
  let givenUp = false;
  const hasGivenUp = () => givenUp || signal?.aborted === true;

  async function ask(order: CustomerOrder, first: boolean): Promise<boolean> {
    const at = Date.now();
    const asked = performance.now();
    const { status, orderId } = await post(orderUrl, order);
    answers.push({ at, status, ms: performance.now() - asked, first });
    if (ASK_AGAIN.includes(status)) return false;
    if (status === 202 && orderId !== undefined) accept(order, orderId);
    else surprises.push(`the intake answered ${status} to key ${order.key}`);
    return true;
  }
  function accept(order: CustomerOrder, orderId: string): void {
    const known = idOfKey.get(order.key) ?? orderId;
    if (known !== orderId) surprises.push(`key ${order.key} stands for the orders ${known} and ${orderId}`);
    idOfKey.set(order.key, known);
    accepted.set(known, order);
  }
  async function place(order: CustomerOrder): Promise<void> {
    for (let first = true; !(await ask(order, first)) && !hasGivenUp(); first = false)
      await delay(ASK_AGAIN_MS * (0.5 + Math.random()));
    // An impatient customer asks again although the order is accepted.
    if (order.repeated && !hasGivenUp()) await ask(order, false);
  }
  function begin(): void {
    const placing: Promise<void> = place(orderOf(begun++)).finally(() => underWay.delete(placing));
    underWay.add(placing);
  }
  async function keepOrdering(): Promise<void> {
    for (let due = performance.now(); begun < count; due += 1_000 / demand.rate) {
      const early = due - performance.now();
      if (early > 0) await delay(early);
      if (underWay.size >= atOnce) await Promise.race(underWay);
      if (closed || hasGivenUp()) break;
      begin();
    }
    await Promise.all(underWay);
  }
  function setDemand(next: typeof demand): void {
    demand = next;
    orderOf = ordersOf({ seed, run, mix: next.mix });
  }

  return {
    answers: answers as readonly Answer[],
    accepted: accepted as ReadonlyMap<string, CustomerOrder>,
    surprises: surprises as readonly string[],
    /** Orders begun that are not accepted yet. */
    get asking() {
      return underWay.size;
    },
    /** Resolves when `count` orders are accepted, or the customers were stopped. */
    done: keepOrdering(),
    /** Returns what changes it back. */
    change(to: { readonly rate?: number; readonly mix?: Mix }): () => void {
      const before = demand;
      setDemand({ ...before, ...to });
      return () => setDemand(before);
    },
    orderAtOnce(orders: number): void {
      for (let n = 0; n < orders; n += 1) begin();
    },
    /** Begins no further order; resolves when every order is accepted, or `withinMs` is over: then they give up. */
    async stop(withinMs: number): Promise<void> {
      closed = true;
      const deadline = performance.now() + withinMs;
      while (underWay.size > 0 && performance.now() < deadline) await delay(50);
      givenUp = true;
    },
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
    return { ...((await answer.json()) as { orderId?: string }), status: answer.status };
  } catch {
    return { status: 0 };
  }
}
