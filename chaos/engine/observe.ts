import { SystemReader } from '#shared/audit/system-reader.ts';
import type { Experiment, Phase } from '../experiment.ts';
import type { Observed } from '../report/report.ts';
import { injectedCounts, NotRunnable } from '../target/target.ts';
import { isThat } from './alert-watch.ts';
import { addressOf, auditChecks } from './audit-checks.ts';
import { balanceChecks } from './balance-checks.ts';
import { alertChecks, type Check, customerCheck, deadLetterChecks, expectationChecks, noneOf } from './checks.ts';
import { type Figures, figuresOf, type Span, seriesOf } from './figures.ts';
import { applyMethod, msOf, Rollback } from './method.ts';
import { failing, untilSteady } from './steady-state.ts';
import type { Watch } from './watch.ts';

export interface Observation {
  readonly observed: Observed;
  /** As in the report. */
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
export async function observe(experiment: Experiment, watch: Watch): Promise<Observation> {
  const { target, timeline, customers, alerts } = watch;
  await using reader = await SystemReader.open(addressOf(target));
  const letters = new Map<string, string>();
  /** They may be kept for a short time only, and the broker may be away. */
  const noteLetters = async (): Promise<void> => {
    const found = experiment.deadLetters ? await reader.deadLetters().catch(() => []) : [];
    for (const { id, kept, reason } of found) if (kept !== undefined) letters.set(id, reason);
  };
  const before = await steadyBefore(watch);
  const rollback = new Rollback(timeline);
  const injectedAt = Date.now();
  let injected: Record<string, number> = {};
  try {
    timeline.add('phase', 'inject');
    await applyMethod(experiment, watch, rollback);
    injected = await injectedCounts(target);
    await noteLetters();
  } finally {
    timeline.add('phase', 'roll back');
    await rollback.run();
  }
  const rolledBackAt = Date.now();
  const { seconds, check } = await recover(experiment, watch, rolledBackAt);
  await untilClear(experiment, watch);
  const from = rolledBackAt + 1_000 * (seconds ?? 0);
  await watch.pause(Math.max(0, from + MIN_AFTER_MS - Date.now()));
  const spans = {
    before: { from: before, to: injectedAt },
    during: { from: injectedAt, to: rolledBackAt },
    after: { from, to: Date.now() },
  };
  timeline.add('phase', 'customers stop; everything comes to rest');
  const restWithinMs = await untilDecided(watch);
  await noteLetters();
  const audited = await auditChecks(experiment, watch, reader, restWithinMs);
  await noteLetters();
  const observed = observedOf(watch, spans, seconds);
  const checks = [
    check,
    noneOf('everything is taken back', rollback.failures, 'yes'),
    ...expectationChecks(experiment, observed.figures),
    customerCheck(customers),
    ...audited,
    ...balanceChecks(target.pattern.flow, await reader.counters()),
    ...deadLetterChecks(experiment, [...letters.values()]),
    ...(alerts ? alertChecks(experiment, alerts.fired) : []),
  ];
  return { observed, injected, checks };
}

/** Resolves with the time since which the stack is steady. */
async function steadyBefore(watch: Watch): Promise<number> {
  const { alerts, timeline } = watch;
  timeline.add('phase', 'steady state before');
  const quiet = () => alerts === undefined || (alerts.seesEveryService() && alerts.firing().length === 0);
  const { since, last } = await untilSteady(watch, STEADY_WITHIN_MS, quiet);
  if (since !== undefined) return since;
  const firing = alerts?.firing().map(({ alert }) => `${alert} fires`) ?? [];
  const why = [...failing(last), ...firing].join('; ') || 'Prometheus does not see every service';
  throw new NotRunnable(`no steady state to begin with: ${why}`);
}

/** `seconds`: from the rollback to the steady state; undefined: not in time. */
async function recover({ recoverWithin }: Experiment, watch: Watch, from: number) {
  watch.timeline.add('phase', `steady state after, within ${recoverWithin}`);
  const { since, last } = await untilSteady(watch, msOf(recoverWithin));
  const name = `steady state again within ${recoverWithin}`;
  if (since === undefined)
    return { seconds: undefined, check: { name, passed: false, detail: `not reached: ${failing(last).join('; ')}` } };
  const seconds = (since - from) / 1_000;
  watch.timeline.add('note', `steady ${seconds.toFixed(1)} s after the rollback`);
  const passed = seconds * 1_000 <= msOf(recoverWithin);
  return { seconds, check: { name, passed, detail: `after ${seconds.toFixed(1)} s` } };
}

/** What must clear gets the time that its rule looks back. */
async function untilClear({ mustFire = [] }: Experiment, { alerts, until }: Watch): Promise<void> {
  const isClear = () => !alerts?.firing().some((alert) => mustFire.some((one) => isThat(one, alert)));
  await until(isClear, Date.now() + CLEAR_WITHIN_MS);
}

/** Stops the customers and waits for their orders; resolves with how long the rest may take, ms. */
export async function untilDecided({ target, customers, orders, until }: Watch): Promise<number> {
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

function observedOf(watch: Watch, spans: Observed['spans'], recoverySeconds: number | undefined): Observed {
  const { answers } = watch.customers;
  const orders = watch.orders();
  const figures = (span: Span): Figures => figuresOf(orders, answers, span);
  const phases = Object.entries(spans).map(([phase, span]) => [phase, figures(span)]);
  return {
    spans,
    figures: Object.fromEntries(phases) as Record<Phase, Figures>,
    recoverySeconds,
    alerts: watch.alerts?.fired ?? [],
    series: seriesOf(orders, answers, { from: spans.before.from, to: Date.now() }),
  };
}
