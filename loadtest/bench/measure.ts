import { cpuPer, cpuTimes } from './cpu-time.ts';
import { type Driven, type DriveOptions, pace, saturate } from './drive.ts';
import type { OrderTracker } from './order-tracker.ts';
import { percentile } from './percentile.ts';
import { sampleOrder } from './sample-orders.ts';
import type { Variant } from './variant.ts';

export interface Load {
  /** Orders at saturation. */
  readonly orders: number;
  /** Orders before, which are not counted. */
  readonly warmUp: number;
  /** Outstanding orders at saturation. */
  readonly window: number;
  /** Orders per second when paced, and for how many seconds. */
  readonly rate: number;
  readonly pacedSeconds: number;
}

/** ms from created to ready seen. */
export interface TimeToReady {
  readonly p50: number;
  readonly p99: number;
}

export type Phase = 'saturated' | 'paced';

export interface Measurement extends Readonly<Record<Phase, TimeToReady>> {
  readonly ordersPerSecond: number;
  /** CPU time in us per order, by process. */
  readonly cpu: Readonly<Record<Phase, Readonly<Record<string, number>>>>;
}

/**
 * Runs a variant from a fresh start: warm-up, saturation, paced. @throws Error when an order was not ready exactly once,
 * or something of the variant ended.
 */
export async function measure(variant: Variant, load: Load, signal: AbortSignal): Promise<Measurement> {
  let tracker: OrderTracker | undefined;
  await using running = await variant.start((orderId) => tracker?.ready(orderId, performance.now()), signal);
  const options = (count: number): DriveOptions => ({
    running,
    orders: Array.from({ length: count }, (_, n) => sampleOrder(n)),
    signal,
    track: (next) => {
      tracker = next;
    },
  });
  const { window, rate, pacedSeconds } = load;
  checked(variant, 'warm-up', await saturate({ ...options(load.warmUp), window }));
  const times = () => cpuTimes(running.processes);
  const atFirst = await times();
  const saturated = checked(variant, 'saturation', await saturate({ ...options(load.orders), window }));
  const afterwards = await times();
  const pacedOrders = rate * pacedSeconds;
  const paced = checked(variant, 'paced', await pace({ ...options(pacedOrders), rate }));
  return {
    ordersPerSecond: (load.orders / saturated.tookMs) * 1_000,
    saturated: timeToReady(saturated),
    paced: timeToReady(paced),
    cpu: {
      saturated: cpuPer(load.orders, atFirst, afterwards),
      paced: cpuPer(pacedOrders, afterwards, await times()),
    },
  };
}

const timeToReady = ({ latencies }: Driven): TimeToReady => ({
  p50: percentile(latencies, 50),
  p99: percentile(latencies, 99),
});

/** A figure of a run that lost or doubled an order is worth nothing. */
function checked(variant: Variant, phase: string, driven: Driven): Driven {
  const { created, missing, doubled, strange } = driven.verdict;
  if (missing + doubled + strange > 0)
    throw new Error(
      `${variant.name}, ${phase}: of ${created} orders ${missing} never became ready, ${doubled} readies came twice and ${strange} were nobody's`,
    );
  return driven;
}
