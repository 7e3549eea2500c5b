import { ordersOf, plainMix } from '../orders.ts';
import { cpuPer, cpuTimes } from './cpu-time.ts';
import type { Driven, DriveOptions } from './drive.ts';
import { type OrderTracker, wallClock } from './order-tracker.ts';
import { percentile } from './percentile.ts';
import type { Measured, RunningVariant, StartOptions, Variant } from './variants/variant.ts';

export interface PhaseResult {
  readonly ordersPerSecond: number;
  /** ms from created to ready seen. */
  readonly p50: number;
  readonly p99: number;
  /** CPU time in us per order, by process. */
  readonly cpu: Readonly<Record<string, number>>;
}

export interface Phases extends AsyncDisposable {
  readonly running: RunningVariant;
  /** Drives that many plain orders to ready. @throws Error when an order was not ready exactly once, or a process ended */
  readonly phase: (
    count: number,
    drive: (options: DriveOptions) => Promise<Driven>,
  ) => Promise<{ readonly result: PhaseResult }>;
}

type PhasesOptions = Omit<StartOptions, 'onReady'> & { readonly seed?: number; readonly watched?: readonly Measured[] };

/** Starts a variant afresh, to drive orders through it in one phase after the other. `watched`: further processes. */
export async function startPhases(variant: Variant, options: PhasesOptions): Promise<Phases> {
  const { signal, seed = 1, watched = [] } = options;
  /** Plain orders: no service refuses one. */
  const nthOrder = ordersOf({ seed, run: 'bench', mix: plainMix });
  let tracker: OrderTracker | undefined;
  const onReady = (orderId: string) => tracker?.ready(orderId, wallClock());
  const running = await variant.start({ ...options, onReady });
  const processes = [...running.processes, ...watched];
  return {
    running,
    async phase(count, drive) {
      const bodies = Array.from({ length: count }, (_, n) => nthOrder(n).body);
      const orders = bodies.map((body) => ({ ...body, toppings: [...body.toppings] }));
      const before = await cpuTimes(processes);
      const driven = checked(variant, await drive({ running, orders, signal, track: (next) => (tracker = next) }));
      const cpu = cpuPer(count, before, await cpuTimes(processes));
      return { result: resultOf(driven, cpu) };
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
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
