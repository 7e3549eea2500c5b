import type { Experiment, Phase } from '../experiment.ts';
import type { Observed } from '../report/report.ts';
import { NotRunnable } from '../target/target.ts';
import { alertChecks } from './alert-checks.ts';
import { isThat } from './alert-watch.ts';
import { auditChecks } from './audit-checks.ts';
import { balanceChecks } from './balance-checks.ts';
import { type Books, openBooks } from './books.ts';
import { type Check, noneOf } from './check.ts';
import { customerCheck } from './customer-check.ts';
import { deadLetterChecks } from './dead-letter-check.ts';
import { expectationChecks, round } from './expectation-checks.ts';
import { figuresOf, type Span } from './figures.ts';
import { injectedCounts } from './injected-counts.ts';
import { Rollback } from './method.ts';
import { msOf } from './ms-of.ts';
import { seriesOf } from './series.ts';
import { holds, type Probe, untilSteady } from './steady-state.ts';
import type { Timeline } from './timeline.ts';
import type { Watch } from './watch.ts';

export interface Observation {
  readonly observed: Observed;
  readonly injected: Readonly<Record<string, number>>;
  readonly checks: readonly Check[];
}

/** How long a stack that has just started is given to run well. */
const STEADY_WITHIN_MS = 120_000;
/** Alerts look at the last minute. */
const CLEAR_WITHIN_MS = 100_000;
const LEAST_AFTER_MS = 8_000;
const REST_GRACE_MS = 40_000;
/** For what is undone after the last decision. */
const LEAST_REST_MS = 10_000;

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
  await using books = await openBooks(watch);
  const before = await steadyBefore(watch, timeline);
  const letters = new Map<string, string>();
  const rollback = new Rollback(timeline);
  const injectedAt = Date.now();
  let injected: Record<string, number> = {};
  try {
    timeline.add('phase', 'inject');
    await applyMethod(rollback);
    injected = Object.fromEntries(await injectedCounts(watch.target));
    await noteLetters(books, letters);
  } finally {
    timeline.add('phase', 'roll back');
    await rollback.run();
  }
  const rolledBackAt = Date.now();
  const { since, last } = await recover(experiment, watch, timeline, rolledBackAt);
  await untilClear(experiment, watch);
  const from = Math.max(rolledBackAt, since ?? 0);
  while (Date.now() - from < LEAST_AFTER_MS) await watch.pause(250);
  const stoppedAt = Date.now();
  timeline.add('phase', 'customers go home; everything comes to rest');
  const restWithinMs = await untilDecided(watch);
  await noteLetters(books, letters);
  const audited = await auditChecks(experiment, watch, timeline, restWithinMs);
  await noteLetters(books, letters);
  const spans = {
    before: { from: before, to: injectedAt },
    during: { from: injectedAt, to: rolledBackAt },
    after: { from, to: stoppedAt },
  };
  const observed = observedOf(watch, spans, since === undefined ? undefined : (since - rolledBackAt) / 1_000);
  return {
    observed,
    injected,
    checks: [
      steadyAfter(experiment, since, rolledBackAt, last),
      noneOf('everything is taken back', rollback.failures, 'yes'),
      ...expectationChecks(experiment, observed.figures),
      customerCheck(watch.customers),
      ...audited,
      ...balanceChecks(await books.counters()),
      ...deadLetterChecks(experiment, [...letters.values()]),
      ...(watch.alerts ? alertChecks(experiment, watch.alerts.fired) : []),
    ],
  };
}

/** Since when it runs well. */
async function steadyBefore(watch: Watch, timeline: Timeline): Promise<number> {
  timeline.add('phase', 'steady state before');
  const quiet = () => watch.alerts === undefined || (watch.alerts.answers && watch.alerts.firing().length === 0);
  const { since, last } = await untilSteady(watch, STEADY_WITHIN_MS, quiet);
  if (since !== undefined) return since;
  const firing = watch.alerts?.firing().map(({ alert }) => `${alert} fires`) ?? [];
  throw new NotRunnable(
    `no steady state to begin with: ${[...failing(last), ...firing].join('; ') || 'Prometheus does not answer'}`,
  );
}

async function recover({ recoverWithin }: Experiment, watch: Watch, timeline: Timeline, from: number) {
  timeline.add('phase', `steady state after, within ${recoverWithin}`);
  const steady = await untilSteady(watch, msOf(recoverWithin));
  if (steady.since !== undefined)
    timeline.add('note', `as before ${((steady.since - from) / 1_000).toFixed(1)} s after the rollback`);
  return steady;
}

function steadyAfter({ recoverWithin }: Experiment, since: number | undefined, from: number, last: readonly Probe[]) {
  const seconds = since === undefined ? undefined : (since - from) / 1_000;
  return {
    name: `steady state again within ${recoverWithin}`,
    passed: seconds !== undefined && seconds * 1_000 <= msOf(recoverWithin),
    detail: seconds === undefined ? `not reached: ${failing(last).join('; ')}` : `after ${seconds.toFixed(1)} s`,
  };
}

const failing = (probes: readonly Probe[]): string[] =>
  probes
    .filter((probe) => !holds(probe))
    .map(({ name, value, tolerance }) => `${name} ${round(value)}, tolerated ${tolerance.join(' to ')}`);

/** What must clear gets the time that its rule looks back. */
async function untilClear({ mustFire = [] }: Experiment, watch: Watch): Promise<void> {
  const deadline = Date.now() + CLEAR_WITHIN_MS;
  const stillFires = () => watch.alerts?.firing().some((alert) => mustFire.some((one) => isThat(one, alert)));
  while (stillFires() && Date.now() < deadline) await watch.pause(250);
}

/** Sends the customers home, and waits for what they ordered; returns how long the rest may take, ms. */
async function untilDecided(watch: Watch): Promise<number> {
  const within = watch.target.settings.ORDER_TIMEOUT + REST_GRACE_MS;
  const deadline = Date.now() + within;
  await watch.customers.stop(within / 2);
  while ((watch.log.waiting().length > 0 || !isAnnounced(watch)) && Date.now() < deadline) await watch.pause(250);
  return Math.max(LEAST_REST_MS, deadline - Date.now());
}

const isAnnounced = ({ customers, log }: Watch): boolean =>
  [...customers.accepted.keys()].every((id) => log.orders.has(id));

/** They may be kept for a short time only, and the broker may be away. */
async function noteLetters(books: Books, letters: Map<string, string>): Promise<void> {
  const found = await books.deadLetters().catch(() => new Map<string, string>());
  for (const [place, reason] of found) letters.set(place, reason);
}

function observedOf(
  { log, customers, alerts }: Watch,
  spans: Readonly<Record<Phase, Span>>,
  recoverySeconds: number | undefined,
): Observed {
  const orders = [...log.orders.values()];
  const figures = (phase: Phase) => figuresOf(orders, customers.answers, spans[phase]);
  return {
    spans,
    figures: { before: figures('before'), during: figures('during'), after: figures('after') },
    recoverySeconds,
    alerts: alerts?.fired ?? [],
    series: seriesOf(orders, customers.answers, spans.before.from, Date.now()),
  };
}
