import { ordersOf, plainMix } from '../orders.ts';
import { cpuPer, cpuTimes } from './cpu-time.ts';
import { type Driven, type DriveOptions, pace, saturate } from './drive.ts';
import { explainSlowest, type Slowest } from './explain-slowest.ts';
import { wallClock } from './gc-pauses.ts';
import type { OrderTracker } from './order-tracker.ts';
import { percentile } from './percentile.ts';
import { startTelemetrySink, type TelemetrySink } from './telemetry-sink.ts';
import type { Variant } from './variants/variant.ts';
import { type PauseWatch, watchPauses } from './watch-pauses.ts';

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
  /** Received by the sink of a traced variant, none lost. */
  readonly spansPerOrder?: number;
}

const MAX_COLD = 6_000;

/** How many orders of the warm-up are the cold ones. */
export const coldOrders = ({ warmUp }: Load): number => Math.min(MAX_COLD, warmUp);

/** Plain orders: no service refuses one. */
const nthOrder = ordersOf({ seed: 1, run: 'bench', mix: plainMix });

/**
 * Runs a variant from a fresh start: cold, the rest of the warm-up, warm, paced. @throws Error when an order was not
 * ready exactly once, a span was lost, or a process ended.
 */
export async function measure(variant: Variant, load: Load, signal: AbortSignal): Promise<Measurement> {
  using watch = await watchPauses();
  await using sink = variant.traces && (await startTelemetrySink());
  let lost = 0;
  const onLine = (line: string) => {
    if (line.includes('spans were lost')) lost += Number(JSON.parse(line).spans);
  };
  const { processes, paced, ...results } = await run(variant, load, { signal, onLine }, watch, sink);
  const slowest = explainSlowest(paced.orders, await watch.read(processes));
  const measurement = { ...results, paced: paced.result, slowest };
  if (!sink) return measurement;
  const spansPerOrder = (await sink.count()) / (load.warmUp + load.orders + load.rate * load.pacedSeconds);
  if (lost > 0) throw new Error(`${variant.name}: ${lost} spans were lost`);
  if (spansPerOrder < (variant.traces?.minSpansPerOrder ?? 0))
    throw new Error(`${variant.name}: only ${spansPerOrder.toFixed(2)} spans per order were received`);
  return { ...measurement, spansPerOrder };
}

async function run(
  variant: Variant,
  load: Load,
  { signal, onLine }: { readonly signal: AbortSignal; readonly onLine: (line: string) => void },
  watch: PauseWatch,
  sink: TelemetrySink | undefined,
) {
  const { warmUp, window, rate, pacedSeconds } = load;
  const cold = coldOrders(load);
  let tracker: OrderTracker | undefined;
  const onReady = (orderId: string) => tracker?.ready(orderId, wallClock());
  const env = { ...watch.env, ...sink?.env, ...variant.traces?.env };
  await using running = await variant.start({ signal, env, onLine, onReady });
  const processes = [...running.processes, ...(sink ? [{ name: 'sink', pid: sink.pid }] : [])];
  const phase = async (count: number, drive: (options: DriveOptions) => Promise<Driven>) => {
    const bodies = Array.from({ length: count }, (_, n) => nthOrder(n).body);
    const orders = bodies.map((body) => ({ ...body, toppings: [...body.toppings] }));
    const before = await cpuTimes(processes);
    const driven = checked(variant, await drive({ running, orders, signal, track: (next) => (tracker = next) }));
    const cpu = cpuPer(count, before, await cpuTimes(processes));
    return { orders: driven.orders, result: resultOf(driven, cpu) };
  };
  const saturated = async (count: number) => (await phase(count, (each) => saturate({ ...each, window }))).result;
  const results = { cold: await saturated(cold) };
  if (warmUp > cold) await saturated(warmUp - cold);
  const warm = await saturated(load.orders);
  const paced = await watch.during(running, () => phase(rate * pacedSeconds, (each) => pace({ ...each, rate })));
  return { processes, ...results, warm, paced };
}

function resultOf({ orders, tookMs }: Driven, cpu: PhaseResult['cpu']): PhaseResult {
  const times = orders.map(({ from, to }) => to - from);
  const ordersPerSecond = (orders.length / tookMs) * 1_000;
  return { ordersPerSecond, p50: percentile(times, 50), p99: percentile(times, 99), cpu };
}

/** A figure of a run that lost or doubled an order is worth nothing. */
function checked({ name }: Variant, driven: Driven): Driven {
  const { created, missing, doubled, strange } = driven.verdict;
  if (missing + doubled + strange === 0) return driven;
  throw new Error(
    `${name}: of ${created} orders ${missing} never became ready, ${doubled} readies came twice and ${strange} were nobody's`,
  );
}
