import { SystemReader } from '#shared/audit/system-reader.ts';
import type { Experiment, Phase } from '../experiment.ts';
import type { Observed } from '../report/report.ts';
import { injectedCounts, NotRunnable } from '../target/target.ts';
import { isThat } from './alert-watch.ts';
import { auditChecks } from './audit-checks.ts';
import { balanceChecks } from './balance-checks.ts';
import {
  alertChecks,
  type Check,
  customerCheck,
  deadLetterChecks,
  expectationChecks,
  noneOf,
  round,
} from './checks.ts';
import { figuresOf, type Span, seriesOf } from './figures.ts';
import { msOf, Rollback } from './method.ts';
import { holds, type Probe, untilSteady } from './steady-state.ts';
import type { Timeline } from './timeline.ts';
import type { Watch } from './watch.ts';

export interface Observation {
  readonly observed: Observed;
  readonly injected: Readonly<Record<string, number>>;
  readonly checks: readonly Check[];
}

/** How long a stack that has just started may take to be steady. */
const STEADY_WITHIN_MS = 120_000;
/** Alerts look at the last minute. */
const CLEAR_WITHIN_MS = 100_000;
const MIN_AFTER_MS = 8_000;
const REST_GRACE_MS = 40_000;
/** For compensations after the last decision. */
const MIN_REST_MS = 10_000;

/**
 * Watches an experiment from its first steady state to its verdict.
 * @throws NotRunnable when there is no steady state to begin with
 */
export async function observe(
  experiment: Experiment,
  watch: Watch,
  timeline: Timeline,
  applyMethod: (rollback: Rollback) => Promise<void>,
): Promise<Observation> {
  const { natsUrl, redisUrl, pattern } = watch.target;
  const { flow } = pattern;
  const address = { natsUrl, redisUrl, flow };
  await using reader = await SystemReader.open(address);
  const letters = new Map<string, string>();
  /** They may be kept for a short time only, and the broker may be away. */
  const noteLetters = async (): Promise<void> => {
    const found = experiment.deadLetters ? await reader.deadLetters().catch(() => []) : [];
    for (const { id, kept, reason } of found) if (kept !== undefined) letters.set(id, reason);
  };
  const before = await steadyBefore(watch, timeline);
  const rollback = new Rollback(timeline);
  const injectedAt = Date.now();
  let injected: Record<string, number> = {};
  try {
    timeline.add('phase', 'inject');
    await applyMethod(rollback);
    injected = await injectedCounts(watch.target);
    await noteLetters();
  } finally {
    timeline.add('phase', 'roll back');
    await rollback.run();
  }
  const rolledBackAt = Date.now();
  const { since, last } = await recover(experiment, watch, timeline, rolledBackAt);
  await untilClear(experiment, watch);
  const from = Math.max(rolledBackAt, since ?? 0);
  await watch.pause(Math.max(0, from + MIN_AFTER_MS - Date.now()));
  const stoppedAt = Date.now();
  timeline.add('phase', 'customers stop; everything comes to rest');
  const restWithinMs = await untilDecided(watch);
  await noteLetters();
  const audited = await auditChecks(experiment, { reader, address, watch, timeline, restWithinMs });
  await noteLetters();
  const observed = observedOf(
    watch,
    {
      before: { from: before, to: injectedAt },
      during: { from: injectedAt, to: rolledBackAt },
      after: { from, to: stoppedAt },
    },
    since === undefined ? undefined : (since - rolledBackAt) / 1_000,
  );
  return {
    observed,
    injected,
    checks: [
      steadyAfter(experiment, observed, last),
      noneOf('everything is taken back', rollback.failures, 'yes'),
      ...expectationChecks(experiment, observed.figures),
      customerCheck(watch.customers),
      ...audited,
      ...balanceChecks(flow, await reader.counters()),
      ...deadLetterChecks(experiment, [...letters.values()]),
      ...(watch.alerts ? alertChecks(experiment, watch.alerts.fired) : []),
    ],
  };
}

/** Resolves with the time since which the stack is steady. */
async function steadyBefore(watch: Watch, timeline: Timeline): Promise<number> {
  timeline.add('phase', 'steady state before');
  const quiet = () =>
    watch.alerts === undefined || (watch.alerts.seesEveryService && watch.alerts.firing().length === 0);
  const { since, last } = await untilSteady(watch, STEADY_WITHIN_MS, quiet);
  if (since !== undefined) return since;
  const firing = watch.alerts?.firing().map(({ alert }) => `${alert} fires`) ?? [];
  throw new NotRunnable(
    `no steady state to begin with: ${[...failing(last), ...firing].join('; ') || 'Prometheus does not see every service'}`,
  );
}

async function recover({ recoverWithin }: Experiment, watch: Watch, timeline: Timeline, from: number) {
  timeline.add('phase', `steady state after, within ${recoverWithin}`);
  const steady = await untilSteady(watch, msOf(recoverWithin));
  if (steady.since !== undefined)
    timeline.add('note', `steady ${((steady.since - from) / 1_000).toFixed(1)} s after the rollback`);
  return steady;
}

const steadyAfter = (
  { recoverWithin }: Experiment,
  { recoverySeconds: seconds }: Observed,
  last: readonly Probe[],
): Check => ({
  name: `steady state again within ${recoverWithin}`,
  passed: seconds !== undefined && seconds * 1_000 <= msOf(recoverWithin),
  detail: seconds === undefined ? `not reached: ${failing(last).join('; ')}` : `after ${seconds.toFixed(1)} s`,
});

const failing = (probes: readonly Probe[]): string[] =>
  probes
    .filter((probe) => !holds(probe))
    .map(({ name, value, tolerance }) => `${name} ${round(value)}, tolerated ${tolerance.join(' to ')}`);

/** What must clear gets the time that its rule looks back. */
async function untilClear({ mustFire = [] }: Experiment, { alerts, until }: Watch): Promise<void> {
  const isClear = () => !alerts?.firing().some((alert) => mustFire.some((one) => isThat(one, alert)));
  await until(isClear, Date.now() + CLEAR_WITHIN_MS);
}

/** Stops the customers and waits for their orders; resolves with how long the rest may take, ms. */
async function untilDecided({ target, customers, orders, until }: Watch): Promise<number> {
  const withinMs = target.settings.ORDER_TIMEOUT + REST_GRACE_MS;
  const deadline = Date.now() + withinMs;
  await customers.stop(withinMs / 2);
  const isDecided = () => {
    const decided = new Map(orders().map(({ id, outcome }) => [id, outcome !== undefined]));
    return [...customers.accepted.keys()].every((id) => decided.has(id)) && [...decided.values()].every(Boolean);
  };
  await until(isDecided, deadline);
  return Math.max(MIN_REST_MS, deadline - Date.now());
}

function observedOf(
  { orders, customers: { answers }, alerts }: Watch,
  spans: Readonly<Record<Phase, Span>>,
  recoverySeconds: number | undefined,
): Observed {
  const all = orders();
  const figures = (phase: Phase) => figuresOf(all, answers, spans[phase]);
  return {
    spans,
    figures: { before: figures('before'), during: figures('during'), after: figures('after') },
    recoverySeconds,
    alerts: alerts?.fired ?? [],
    series: seriesOf(all, answers, { from: spans.before.from, to: Date.now() }),
  };
}
