import { cpuPer, cpuTimes } from './cpu-time.ts';
import { type Driven, type DriveOptions, pace, saturate } from './drive.ts';
import { explainSlowest, type Slowest } from './explain-slowest.ts';
import { wallClock } from './observe-gc.ts';
import type { OrderTracker } from './order-tracker.ts';
import { percentile } from './percentile.ts';
import { sampleOrder } from './sample-orders.ts';
import type { Variant } from './variant.ts';
import { watchPauses } from './watch-pauses.ts';

export interface Load {
  /** Orders at saturation once warm. */
  readonly orders: number;
  /** Orders before, at saturation; the first of them are the cold ones. */
  readonly warmUp: number;
  /** Outstanding orders at saturation. */
  readonly window: number;
  /** Orders per second when paced, and for how many seconds. */
  readonly rate: number;
  readonly pacedSeconds: number;
}

/** `cold`: the first orders of fresh processes. `warm`: those after the warm-up. Both at saturation. */
export const phases = ['cold', 'warm', 'paced'] as const;
export type Phase = (typeof phases)[number];

export interface PhaseResult {
  readonly ordersPerSecond: number;
  /** ms from created to ready seen. */
  readonly p50: number;
  readonly p99: number;
  /** CPU time in us per order, by process. */
  readonly cpu: Readonly<Record<string, number>>;
}

export interface Measurement extends Readonly<Record<Phase, PhaseResult>> {
  /** Of the paced orders. */
  readonly slowest: Slowest;
}

const MAX_COLD = 6_000;

/** How many orders of the warm-up are the cold ones. */
export const coldOrders = ({ warmUp }: Load): number => Math.min(MAX_COLD, warmUp);

/**
 * Runs a variant from a fresh start: cold, the rest of the warm-up, warm, paced. @throws Error when an order was not
 * ready exactly once, or something of the variant ended.
 */
export async function measure(variant: Variant, load: Load, signal: AbortSignal): Promise<Measurement> {
  using watch = await watchPauses();
  const { processes, paced, ...results } = await run(variant, load, signal, watch);
  return { ...results, paced: paced.result, slowest: explainSlowest(paced.orders, await watch.read(processes)) };
}

async function run(variant: Variant, load: Load, signal: AbortSignal, watch: Awaited<ReturnType<typeof watchPauses>>) {
  const { window, rate, pacedSeconds } = load;
  let tracker: OrderTracker | undefined;
  await using running = await variant.start((orderId) => tracker?.ready(orderId, wallClock()), signal, watch.env);
  const phase = async (count: number, drive: (options: DriveOptions) => Promise<Driven>) => {
    const orders = Array.from({ length: count }, (_, n) => sampleOrder(n));
    const before = await cpuTimes(running.processes);
    const driven = checked(variant, await drive({ running, orders, signal, track: (next) => (tracker = next) }));
    const cpu = cpuPer(count, before, await cpuTimes(running.processes));
    return { orders: driven.orders, result: resultOf(driven, cpu) };
  };
  const saturated = (count: number) => phase(count, (options) => saturate({ ...options, window }));
  const { result: cold } = await saturated(coldOrders(load));
  if (load.warmUp > coldOrders(load)) await saturated(load.warmUp - coldOrders(load));
  const { result: warm } = await saturated(load.orders);
  const paced = await watch.during(running, () => phase(rate * pacedSeconds, (options) => pace({ ...options, rate })));
  return { processes: running.processes, cold, warm, paced };
}

function resultOf({ orders, tookMs }: Driven, cpu: PhaseResult['cpu']): PhaseResult {
  const times = orders.map(({ from, to }) => to - from);
  return {
    ordersPerSecond: (orders.length / tookMs) * 1_000,
    p50: percentile(times, 50),
    p99: percentile(times, 99),
    cpu,
  };
}

/** A figure of a run that lost or doubled an order is worth nothing. */
function checked({ name }: Variant, driven: Driven): Driven {
  const { created, missing, doubled, strange } = driven.verdict;
  if (missing + doubled + strange > 0)
    throw new Error(
      `${name}: of ${created} orders ${missing} never became ready, ${doubled} readies came twice and ${strange} were nobody's`,
    );
  return driven;
}
