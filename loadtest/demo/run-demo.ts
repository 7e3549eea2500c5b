import type { Clock } from '#shared/kernel/clock.ts';
import type { DemoOrder } from './programme.ts';

export interface DemoOptions {
  /** Base URL of the order intake. */
  readonly url: string;
  /** Orders per second. */
  readonly rate: number;
  /** The nth order, from 0. */
  readonly order: (n: number) => DemoOrder;
  /** Called before each order is placed; never rejects. */
  readonly prepare?: (order: DemoOrder) => Promise<void>;
  /** Called for each order; `problem` is undefined when it was accepted. */
  readonly onAnswer: (problem: string | undefined) => void;
  readonly clock: Pick<Clock, 'monotonic' | 'wait'>;
}

const ANSWER_WITHIN_MS = 10_000;

/** Places orders at a steady rate, whatever the answers, until `signal` aborts; then waits for those under way. Failed orders are not repeated. */
export async function runDemo(options: DemoOptions, signal: AbortSignal): Promise<void> {
  const { url, rate, order, prepare, onAnswer, clock } = options;
  const underWay = new Set<Promise<void>>();
  const startedAt = clock.monotonic();
  const placeNth = async (n: number): Promise<void> => {
    const next = order(n);
    await prepare?.(next);
    onAnswer(await place(url, next));
  };
  for (let n = 0; !signal.aborted; n++) {
    const placing = placeNth(n);
    underWay.add(placing);
    void placing.finally(() => underWay.delete(placing));
    await clock.wait(Math.max(0, startedAt + ((n + 1) * 1_000) / rate - clock.monotonic()), signal);
  }
  await Promise.all(underWay);
}

/** Resolves with the problem, if there was one. Never rejects. */
async function place(url: string, { body, key }: DemoOrder): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer = await response.text();
    return response.ok ? undefined : `${url} answered ${response.status}: ${answer.slice(0, 300)}`;
  } catch (error) {
    const { message, cause } = error as Error;
    return `${url} cannot be reached: ${(cause as Error | undefined)?.message ?? message}`;
  }
}
