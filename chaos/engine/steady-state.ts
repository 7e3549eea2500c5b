import { slos } from '../../observability/slo.ts';
import type { Tolerance } from '../experiment.ts';
import { figuresOf, isWithin, round, share } from './figures.ts';
import type { Watch } from './watch.ts';

export interface Probe {
  readonly name: string;
  readonly value: number;
  readonly tolerance: Tolerance;
}

const STEADY_MS = 5_000;
const READY_MS = slos.timeToReady.withinSeconds * 1_000;
/** Of the answers and pizzas of a few seconds. The objectives apply to thousands of orders. */
const NEARLY_ALL = 0.95;

/**
 * The stack is steady: within the last seconds the intake accepted orders at once and answered fast, orders were decided in
 * time, none timed out, and none is left over from before.
 */
function steadyState(watch: Watch, now: number): Probe[] {
  const { answers } = watch.customers;
  const orders = watch.orders();
  const asked = { from: now - STEADY_MS, to: now };
  // An order of the last second may still be on its way.
  const placed = { from: now - STEADY_MS - 1_000, to: now - 1_000 };
  const first = answers.filter((answer) => answer.first && isWithin(answer.at, asked));
  const fast = first.filter(({ ms }) => ms <= slos.intakeLatency.withinSeconds * 1_000);
  const due = orders.filter(({ since }) => isWithin(since, placed));
  const decided = due.filter(({ since, outcome }) => outcome && outcome.at - since <= READY_MS);
  const timeouts = orders.filter(({ outcome }) => outcome?.name === 'timeout' && isWithin(outcome.at, asked));
  const left = orders.filter(({ since, outcome }) => !outcome && now - since > READY_MS + 1_000);
  const nearlyAll = (name: string, value: number): Probe => ({ name, value, tolerance: [NEARLY_ALL, 1] });
  return [
    nearlyAll('orders taken at once', figuresOf(orders, answers, asked).acceptedAtOnce),
    nearlyAll('answers within 250 ms', share(fast.length, first.length)),
    nearlyAll('decided within 5 s', share(decided.length, due.length)),
    { name: 'timeouts', value: timeouts.length, tolerance: [0, 0] },
    { name: 'orders left over', value: left.length, tolerance: [0, 0] },
  ];
}

export const holds = ({ value, tolerance: [least, most] }: Omit<Probe, 'name'>): boolean =>
  value >= least && value <= most;

export const failing = (probes: readonly Probe[]): string[] =>
  probes
    .filter((probe) => !holds(probe))
    .map(({ name, value, tolerance }) => `${name} ${round(value)}, tolerated ${tolerance.join(' to ')}`);

/** `since`: when it began to hold, ms since the epoch; undefined: not within `withinMs`. `last`: the last probes. */
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
