import { setTimeout as delay } from 'node:timers/promises';
import { type CustomerOrder, type Mix, ordersOf, realisticMix } from '../../loadtest/orders.ts';

/** An answer of the intake. */
export interface Answer {
  /** When it was asked, ms since the epoch. */
  readonly at: number;
  /** 0: none came. */
  readonly status: number;
  readonly ms: number;
  /** Not a repetition of a request that was not accepted. */
  readonly first: boolean;
}

export interface Habits {
  /** Orders per second, whatever the answers: an open loop. */
  readonly rate: number;
  readonly mix: Mix;
}

/** Customers who order all the time, and repeat what was not accepted under the same Idempotency-Key. */
export interface Customers {
  readonly answers: readonly Answer[];
  /** Order id -> when its customer was told that it is taken. */
  readonly accepted: ReadonlyMap<string, number>;
  /** Answers that a customer must never get: neither accepted nor asked to come again, or two orders for one key. */
  readonly surprises: readonly string[];
  /** Orders begun that are not accepted yet. */
  readonly asking: number;
  /** Returns what changes it back. */
  change(to: Partial<Habits>): () => void;
  orderAtOnce(count: number): void;
  /** Orders no more; resolves when every order that was begun is accepted, or `withinMs` is over. */
  stop(withinMs: number): Promise<void>;
}

export interface CustomersOptions {
  readonly orderUrl: string;
  readonly seed: number;
  readonly rate: number;
  /** Name of this run, which no earlier one had. */
  readonly run: string;
}

const ANSWER_WITHIN_MS = 8_000;
const COME_AGAIN_MS = 500;
/** The intake says when it is away: that is no surprise to anybody. */
const COME_AGAIN = [0, 429, 503];

export function startCustomers({ orderUrl, seed, rate, run }: CustomersOptions): Customers {
  const answers: Answer[] = [];
  const accepted = new Map<string, number>();
  const idOfKey = new Map<string, string>();
  const surprises: string[] = [];
  let habits: Habits = { rate, mix: realisticMix };
  let orderOf = ordersOf({ seed, run, mix: habits.mix });
  let serial = 0;
  let asking = 0;
  let closed = false;
  let givenUp = false;

  async function post({ body, key }: CustomerOrder, first: boolean): Promise<boolean> {
    const at = Date.now();
    const begun = performance.now();
    const { status, orderId } = await send(orderUrl, key, body);
    answers.push({ at, status, ms: performance.now() - begun, first });
    if (status === 202 && orderId !== undefined) {
      const known = idOfKey.get(key) ?? orderId;
      if (known !== orderId) surprises.push(`key ${key} stands for the orders ${known} and ${orderId}`);
      idOfKey.set(key, orderId);
      accepted.set(known, accepted.get(known) ?? Date.now());
      return true;
    }
    if (COME_AGAIN.includes(status)) return false;
    surprises.push(`the intake answered ${status} to key ${key}`);
    return true;
  }
  async function order(): Promise<void> {
    const wanted = orderOf(serial++);
    asking += 1;
    for (let first = true; !(await post(wanted, first)) && !givenUp; first = false)
      await delay(COME_AGAIN_MS * (0.5 + Math.random()));
    // An impatient customer asks again although the order is taken.
    if (wanted.repeated && !givenUp) await post(wanted, false);
    asking -= 1;
  }
  async function keepOrdering(): Promise<void> {
    for (let due = performance.now(); !closed; due += 1_000 / habits.rate) {
      const early = due - performance.now();
      if (early > 0) await delay(early);
      if (!closed) void order();
    }
  }
  void keepOrdering();

  return {
    answers,
    accepted,
    surprises,
    get asking() {
      return asking;
    },
    change(to) {
      const before = habits;
      const set = (next: Habits) => {
        habits = next;
        orderOf = ordersOf({ seed, run, mix: next.mix });
      };
      set({ ...habits, ...to });
      return () => set(before);
    },
    orderAtOnce(count) {
      for (let n = 0; n < count; n += 1) void order();
    },
    async stop(withinMs) {
      closed = true;
      const deadline = performance.now() + withinMs;
      while (asking > 0 && performance.now() < deadline) await delay(50);
      givenUp = true;
    },
  };
}

async function send(orderUrl: string, key: string, body: object): Promise<{ status: number; orderId?: string }> {
  try {
    const answer = await fetch(`${orderUrl}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const { orderId } = (await answer.json()) as { orderId?: string };
    return { status: answer.status, ...(orderId !== undefined && { orderId }) };
  } catch {
    return { status: 0 };
  }
}
