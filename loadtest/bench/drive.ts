import { setTimeout as delay } from 'node:timers/promises';
import type { OrderRequest } from '#shared/contracts/order.ts';
import { OrderTracker, type Span, type Verdict, wallClock } from './order-tracker.ts';
import type { RunningVariant } from './variants/variant.ts';

export interface DriveOptions {
  readonly running: RunningVariant;
  readonly orders: readonly OrderRequest[];
  /** Receives the tracker that readies are to be reported to. */
  readonly track: (tracker: OrderTracker) => void;
  readonly signal: AbortSignal;
}

export interface Driven {
  /** ms from the first creation to the last ready. */
  readonly tookMs: number;
  /** From creation to ready, per order, in ms since 1970. */
  readonly orders: readonly Span[];
  readonly verdict: Verdict;
}

const PROGRESS_WITHIN_MS = 15_000;
/** A copy of a ready comes soon after the first, if at all. */
const COPIES_WITHIN_MS = 200;

type Submit = (order: OrderRequest) => Promise<void>;

/** Keeps `window` orders outstanding, each until its ready is seen. @throws when no order becomes ready any more */
export const saturate = (options: DriveOptions & { readonly window: number }): Promise<Driven> =>
  drive(options, async (submit) => {
    const left = options.orders.values();
    const customer = async () => {
      for (const order of left) await submit(order);
    };
    await Promise.all(Array.from({ length: options.window }, customer));
  });

/** Creates `rate` orders per second, however many are outstanding. @throws when no order becomes ready any more */
export const pace = (options: DriveOptions & { readonly rate: number }): Promise<Driven> =>
  drive(options, async (submit) => {
    const { orders, rate, signal } = options;
    const startedAt = wallClock();
    const submitted: Promise<void>[] = [];
    while (submitted.length < orders.length && !signal.aborted) {
      const due = dueBy(wallClock() - startedAt, rate, orders.length);
      for (const order of orders.slice(submitted.length, due)) submitted.push(submit(order));
      await delay(1);
    }
    await Promise.all(submitted);
  });

/** How many of `total` orders are due so long after the start, the first at once. */
export const dueBy = (elapsedMs: number, rate: number, total: number): number =>
  Math.min(total, Math.floor((elapsedMs * rate) / 1_000) + 1);

/** `submitAll` resolves when all orders are ready. */
async function drive(options: DriveOptions, submitAll: (submit: Submit) => Promise<void>): Promise<Driven> {
  const { running, track, signal } = options;
  const tracker = new OrderTracker();
  track(tracker);
  const submit: Submit = async (order) => {
    const createdAt = wallClock();
    await tracker.created(await running.submit(order), createdAt);
  };
  const ended = new AbortController();
  try {
    await Promise.race([submitAll(submit), running.failed, stuck(tracker, AbortSignal.any([signal, ended.signal]))]);
    if (signal.aborted) throw new Error('stopped');
    await delay(COPIES_WITHIN_MS);
  } finally {
    ended.abort();
  }
  const { orders } = tracker;
  const from = orders.reduce((least, order) => Math.min(least, order.from), Infinity);
  const to = orders.reduce((most, order) => Math.max(most, order.to), 0);
  return { tookMs: to - from, orders, verdict: tracker.verdict() };
}

/** Rejects when no order became ready for long; resolves when aborted. */
async function stuck({ orders }: OrderTracker, signal: AbortSignal): Promise<void> {
  for (let seen = -1; seen < orders.length; ) {
    seen = orders.length;
    await delay(PROGRESS_WITHIN_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
  }
  throw new Error(`no order became ready for ${PROGRESS_WITHIN_MS / 1_000} s, ${orders.length} are`);
}
