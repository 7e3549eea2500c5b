import { pace, saturate } from './drive.ts';
import { explainSlowest, type Slowest } from './explain-slowest.ts';
import { type PhaseResult, startPhases } from './run-phases.ts';
import { startTelemetrySink, type TelemetrySink } from './telemetry-sink.ts';
import type { StartOptions, Variant } from './variants/variant.ts';
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

export interface Measurement extends Readonly<Record<Phase, PhaseResult>> {
  /** Of the paced orders. */
  readonly slowest: Slowest;
  /** Received by the sink of a traced variant, none lost. */
  readonly spansPerOrder?: number;
}

const MAX_COLD = 6_000;

/** How many orders of the warm-up are the cold ones. */
export const coldOrders = ({ warmUp }: Load): number => Math.min(MAX_COLD, warmUp);

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
  options: Pick<StartOptions, 'signal' | 'onLine'>,
  watch: PauseWatch,
  sink: TelemetrySink | undefined,
) {
  const { warmUp, window, rate, pacedSeconds } = load;
  const cold = coldOrders(load);
  const env = { ...watch.env, ...sink?.env, ...variant.traces?.env };
  const watched = sink ? [{ name: 'sink', pid: sink.pid }] : [];
  await using started = await startPhases(variant, { ...options, env, watched });
  const { running, phase } = started;
  const saturated = async (count: number) => (await phase(count, (each) => saturate({ ...each, window }))).result;
  const results = { cold: await saturated(cold) };
  if (warmUp > cold) await saturated(warmUp - cold);
  const warm = await saturated(load.orders);
  const paced = await watch.during(running, () => phase(rate * pacedSeconds, (each) => pace({ ...each, rate })));
  return { processes: [...running.processes, ...watched], ...results, warm, paced };
}
