import { setTimeout as delay } from 'node:timers/promises';
import { contractOf, type Flow } from '#shared/contracts/flow.ts';

/** Customers who keep ordering, and repeat a request that got no answer or a 503 with the same Idempotency-Key. */
export interface OrderStream {
  /** Ids of the orders that intake accepted (202), so far. */
  readonly accepted: ReadonlySet<string>;
  /** Answers by status; `0`: no answer. */
  readonly answers: ReadonlyMap<number, number>;
  /** Resolves when so many more were accepted. */
  more(count: number): Promise<void>;
  /** Stops ordering; resolves when every order that was begun is accepted. */
  stop(): Promise<void>;
}

const REPEAT_AFTER_MS = 50;
/** Between two orders of one customer. */
const THINK_MS = 50;

export function startOrderStream(orderUrl: string, flow: Flow, customers = 4): OrderStream {
  const { orderId: _, ...order } = contractOf(flow, flow.start).example;
  const accepted = new Set<string>();
  const answers = new Map<number, number>();
  let stopped = false;
  let serial = 0;

  const post = async (key: string): Promise<string | undefined> => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const answer = await fetch(`${orderUrl}/orders`, { method: 'POST', headers, body: JSON.stringify(order) }).catch(
      () => undefined,
    );
    answers.set(answer?.status ?? 0, (answers.get(answer?.status ?? 0) ?? 0) + 1);
    const body = (await answer?.json().catch(() => undefined)) as { orderId: string } | undefined;
    return answer?.status === 202 ? body?.orderId : undefined;
  };
  const customer = async (): Promise<void> => {
    while (!stopped) {
      const key = `stream-${++serial}`;
      let orderId = await post(key);
      for (; orderId === undefined; orderId = await post(key)) await delay(REPEAT_AFTER_MS);
      accepted.add(orderId);
      await delay(THINK_MS);
    }
  };
  const running = Promise.all(Array.from({ length: customers }, customer));
  return {
    accepted,
    answers,
    async more(count) {
      const until = accepted.size + count;
      while (accepted.size < until) await delay(REPEAT_AFTER_MS);
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}
