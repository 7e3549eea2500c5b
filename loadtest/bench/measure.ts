import { pace, saturate } from './drive.ts';
import { type PhaseResult, startPhases } from './run-phases.ts';
import { startTelemetrySink, type TelemetrySink } from './telemetry-sink.ts';
import type { Measured, StartOptions, Variant } from './variants/variant.ts';

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
  /** Received by the sink of a traced variant, none lost. */
  readonly spansPerOrder?: number;
}

const MAX_COLD = 6_000;
/** As our Prometheus does. */
const SCRAPE_EVERY_MS = 5_000;

/** How many orders of the warm-up are the cold ones. */
export const coldOrders = ({ warmUp }: Load): number => Math.min(MAX_COLD, warmUp);

/**
 * Runs a variant from a fresh start: cold, the rest of the warm-up, warm, paced. @throws Error when an order was not
 * ready exactly once, a span was lost, or a process ended.
 */
export async function measure(variant: Variant, load: Load, signal: AbortSignal): Promise<Measurement> {
  await using sink = variant.traces && (await startTelemetrySink());
  let lost = 0;
  const onLine = (line: string) => {
    if (line.includes('spans were lost')) lost += Number(JSON.parse(line).spans);
  };
  const measurement = await run(variant, load, { signal, onLine }, sink);
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
  sink: TelemetrySink | undefined,
): Promise<Record<Phase, PhaseResult>> {
  const { warmUp, window, rate, pacedSeconds } = load;
  const cold = coldOrders(load);
  const env = { ...sink?.env, ...variant.traces?.env };
  const watched = sink ? [{ name: 'sink', pid: sink.pid }] : [];
  await using started = await startPhases(variant, { ...options, env, watched });
  const { running, phase } = started;
  const saturated = async (count: number) => (await phase(count, (each) => saturate({ ...each, window }))).result;
  const results = { cold: await saturated(cold) };
  if (warmUp > cold) await saturated(warmUp - cold);
  const warm = await saturated(load.orders);
  using _ = scrape(running.processes);
  const { result: paced } = await phase(rate * pacedSeconds, (each) => pace({ ...each, rate }));
  return { ...results, warm, paced };
}

/** Reads the metrics of one service after the other until disposed. The bench itself fails when a service is gone. */
function scrape(processes: readonly Measured[]): Disposable {
  const urls = processes.flatMap(({ metricsUrl }) => metricsUrl ?? []);
  let scrapes = 0;
  const timer = setInterval(() => {
    const url = urls[scrapes++ % urls.length];
    if (url)
      void fetch(url).then(
        (answer) => answer.text(),
        () => undefined,
      );
  }, SCRAPE_EVERY_MS / Math.max(1, urls.length));
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
