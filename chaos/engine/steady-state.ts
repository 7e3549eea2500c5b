import { slos } from '../../observability/slo.ts';
import { type Figures, figuresOf, isWithin } from './figures.ts';
import type { Watch } from './watch.ts';

/** A probe of the steady state: what it is now, and what it has to be. */
export interface Probe {
  readonly name: string;
  readonly value: number;
  readonly tolerance: readonly [least: number, most: number];
}

/** How long it has to hold. */
export const STEADY_MS = 5_000;
/** An order has had this long to be decided on. */
const READY_MS = slos.timeToReady.withinSeconds * 1_000;
/** Of the answers and pizzas of a few seconds; the objectives are for many thousands. */
const NEARLY_ALL = 0.95;

/**
 * The stack is well: within the last seconds the intake took orders at once and answered fast, orders were decided in
 * time, none timed out, and none is left over from before.
 */
export function steadyState({ log, customers }: Watch, now = Date.now()): Probe[] {
  const orders = [...log.orders.values()];
  const asked = { from: now - STEADY_MS, to: now };
  // An order of the last second may still be on its way.
  const placed = { from: now - STEADY_MS - 1_000, to: now - 1_000 };
  const answers = customers.answers.filter(({ at, first }) => first && isWithin(at, asked));
  const fast = answers.filter(({ ms }) => ms <= slos.intakeLatency.withinSeconds * 1_000);
  const figures: Figures = figuresOf(orders, customers.answers, asked);
  const due = orders.filter(({ since }) => isWithin(since, placed));
  const decided = due.filter(({ since, outcome }) => outcome && outcome.at - since <= READY_MS);
  const timeouts = orders.filter(({ outcome }) => outcome?.name === 'timeout' && isWithin(outcome.at, asked));
  const left = log.waiting().filter(({ since }) => now - since > READY_MS + 1_000);
  return [
    { name: 'orders taken at once', value: figures.acceptedAtOnce, tolerance: [NEARLY_ALL, 1] },
    { name: 'answers within 250 ms', value: shareOf(fast.length, answers.length), tolerance: [NEARLY_ALL, 1] },
    { name: 'decided within 5 s', value: shareOf(decided.length, due.length), tolerance: [NEARLY_ALL, 1] },
    { name: 'timeouts', value: timeouts.length, tolerance: [0, 0] },
    { name: 'orders left over', value: left.length, tolerance: [0, 0] },
  ];
}

const shareOf = (some: number, all: number): number => (all === 0 ? 0 : some / all);

export const holds = ({ value, tolerance: [least, most] }: Omit<Probe, 'name'>): boolean =>
  value >= least && value <= most;

/** Since when it holds, ms since the epoch; undefined: not within `withinMs`. `last`: the probes as they were then. */
export async function untilSteady(
  watch: Watch,
  withinMs: number,
  isQuiet: () => boolean = () => true,
): Promise<{ since: number | undefined; last: readonly Probe[] }> {
  const from = Date.now();
  for (;;) {
    await watch.pause(500);
    const now = Date.now();
    const last = steadyState(watch, now);
    const since = Math.max(from, now - STEADY_MS);
    const seenEnough = now - from >= STEADY_MS;
    if (seenEnough && last.every(holds) && isQuiet()) return { since, last };
    if (now - from - STEADY_MS > withinMs) return { since: undefined, last };
  }
}
