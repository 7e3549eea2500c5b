import { setTimeout as delay } from 'node:timers/promises';
import type { OrderRequest } from '#shared/contracts/order.ts';
import type { Span } from './explain-slowest.ts';
import { wallClock } from './observe-gc.ts';
import { OrderTracker, type Verdict } from './order-tracker.ts';
import type { RunningVariant } from './variant.ts';

export interface DriveOptions {
  readonly running: RunningVariant;
  readonly orders: readonly OrderRequest[];
  /** Receives the tracker that readies are to be told to. */
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
const LOOK_EVERY_MS = 20;
/** A copy of a ready comes soon after the first, if at all. */
const COPIES_WITHIN_MS = 200;

/** Keeps at most `window` orders outstanding, each until its ready is seen. @throws when the orders do not get on. */
export async function saturate(options: DriveOptions & { readonly window: number }): Promise<Driven> {
  const { running, orders, track, window } = options;
  let free = window;
  const waiting: (() => void)[] = [];
  const tracker = new OrderTracker(() => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  });
  track(tracker);
  const startedAt = wallClock();
  let next = 0;
  const submitter = async () => {
    while (next < orders.length) {
      const order = orders[next++] as OrderRequest;
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      const createdAt = wallClock();
      tracker.created(await running.submit(order), createdAt);
    }
  };
  const submitters = Array.from({ length: Math.min(window, running.connections ?? window) }, submitter);
  await finish(options, tracker, Promise.all(submitters));
  return { tookMs: tracker.lastReadyAt - startedAt, orders: tracker.orders, verdict: tracker.verdict() };
}

/** Creates `rate` orders per second whatever becomes of them. @throws when the orders do not get on. */
export async function pace(options: DriveOptions & { readonly rate: number }): Promise<Driven> {
  const { running, orders, track, rate, signal } = options;
  const tracker = new OrderTracker();
  track(tracker);
  const startedAt = wallClock();
  const submit = async (order: OrderRequest) => {
    const createdAt = wallClock();
    tracker.created(await running.submit(order), createdAt);
  };
  const submitAll = async () => {
    const submitted: Promise<void>[] = [];
    while (submitted.length < orders.length && !signal.aborted) {
      const due = dueBy(wallClock() - startedAt, rate, orders.length);
      for (const order of orders.slice(submitted.length, due)) submitted.push(submit(order));
      await delay(1);
    }
    await Promise.all(submitted);
  };
  await finish(options, tracker, submitAll());
  return { tookMs: tracker.lastReadyAt - startedAt, orders: tracker.orders, verdict: tracker.verdict() };
}

/** How many of `total` orders are due so long after the start, the first at once. Pure. */
export const dueBy = (elapsedMs: number, rate: number, total: number): number =>
  Math.min(total, Math.floor((elapsedMs * rate) / 1_000) + 1);

async function finish(
  { running, orders, signal }: DriveOptions,
  tracker: OrderTracker,
  submitted: Promise<unknown>,
): Promise<void> {
  const all = async () => {
    await submitted;
    await untilDone(tracker, orders.length, signal);
    await delay(COPIES_WITHIN_MS);
  };
  const stuck = watchProgress(tracker, orders.length, signal);
  try {
    await Promise.race([all(), running.failed, stuck.rejected]);
  } finally {
    stuck.stop();
  }
}

async function untilDone(tracker: OrderTracker, orders: number, signal: AbortSignal): Promise<void> {
  while (tracker.done < orders && !signal.aborted) await delay(LOOK_EVERY_MS);
}

/** Rejects when no order became ready for long, or when aborted. */
function watchProgress(tracker: OrderTracker, orders: number, signal: AbortSignal) {
  const { promise, reject } = Promise.withResolvers<never>();
  let done = -1;
  const timer = setInterval(() => {
    if (tracker.done === done && done < orders)
      reject(new Error(`no order became ready for ${PROGRESS_WITHIN_MS / 1_000} s: ${done} of ${orders} are ready`));
    done = tracker.done;
  }, PROGRESS_WITHIN_MS);
  const onAbort = () => reject(new Error('stopped'));
  signal.addEventListener('abort', onAbort);
  const stop = () => {
    clearInterval(timer);
    signal.removeEventListener('abort', onAbort);
  };
  return { rejected: promise, stop };
}
