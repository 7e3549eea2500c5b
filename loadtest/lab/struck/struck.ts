import { audit } from '#shared/audit/audit-system.ts';
import { SystemReader } from '#shared/audit/system-reader.ts';
import { addressOf } from '../../../chaos/engine/audit-checks.ts';
import { applyMethod, faultsOf, Rollback } from '../../../chaos/engine/method.ts';
import { untilDecided } from '../../../chaos/engine/observe.ts';
import { Timeline } from '../../../chaos/engine/timeline.ts';
import { startWatch, type Watch } from '../../../chaos/engine/watch.ts';
import { needsOfFaults } from '../../../chaos/faults/faults.ts';
import { ownStack } from '../../../chaos/target/own-stack.ts';
import { noNeeds, type Target } from '../../../chaos/target/target.ts';
import type { Figure } from '../figures.ts';
import type { Subject } from '../subjects.ts';
import { partsKilled, partsRestarted, type Scenario, struckEnv } from './scenarios.ts';
import { copyAges, stalenessOf } from './staleness.ts';
import { type Struck, struckMeasuresOf } from './struck-measures.ts';

export interface StruckOptions {
  /** From 1. */
  readonly round: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Called with the name of each scenario that begins. */
  readonly onProgress?: (name: string) => void;
  /** URLs of modules that every service loads first: to put a known bug in. */
  readonly preload?: readonly string[];
}

/** Orders per second: little, so that the machine is not what strikes. */
const RATE = 20;
const BEFORE_MS = 500;
/** An order of a burst is accepted by then, and not ready yet. */
const BURST_MS = 150;

/**
 * Strikes a stack of its own by one scenario after the other, the same customers before, during and after each. It comes to rest
 * and is audited in between. @throws StartFailure, Unavailable
 */
export async function struckFigures(
  { name: subject, env }: Subject,
  scenarios: readonly Scenario[],
  options: StruckOptions,
): Promise<Figure[]> {
  const { round, seed, signal, preload = [] } = options;
  const needs = { ...noNeeds, ...needsOfFaults(scenarios.flatMap(faultsOf)), env: { ...struckEnv, ...env } };
  await using target = await ownStack({ needs, seed, signal, preload, monitored: false });
  await using reader = await SystemReader.open(addressOf(target));
  const measured: Measured[] = [];
  let known = 0;
  for (const scenario of scenarios) {
    const struck = await strike(scenario, target, reader, options);
    const measures = struckMeasuresOf({ ...struck, violations: struck.violations - known });
    measured.push({ scenario: scenario.name, measures, orders: [...struck.accepted.keys()] });
    known = struck.violations;
  }
  const ages = await copyAges(addressOf(target));
  return measured.flatMap(({ scenario, measures, orders }) => {
    const staleness = stalenessOf(orders.flatMap((id) => ages.get(id) ?? []));
    return Object.entries({ ...measures, ...staleness }).map(
      ([measure, value]): Figure => ({ subject, scenario, measure, round, value }),
    );
  });
}

interface Measured {
  readonly scenario: string;
  readonly measures: Readonly<Record<string, number>>;
  /** Ids of the accepted ones. */
  readonly orders: readonly string[];
}

async function strike(scenario: Scenario, target: Target, reader: SystemReader, options: StruckOptions) {
  const { seed, signal, onProgress } = options;
  onProgress?.(scenario.name);
  const timeline = new Timeline(() => undefined);
  await using watch = await startWatch({ target, rate: RATE, seed, timeline, signal });
  await watch.pause(BEFORE_MS);
  const times = await disturbWhileOrdering(scenario, watch);
  const restWithinMs = await untilDecided(watch);
  const { accepted } = watch.customers;
  const { violations } = await audit(reader, {
    ...addressOf(target),
    accepted: accepted.keys(),
    waitForRest: { withinMs: restWithinMs },
    signal,
  });
  const parts = { away: [...partsKilled(scenario), ...(scenario.away ?? [])], crashed: partsRestarted(scenario) };
  return { ...(await seenBy(watch, reader)), ...times, ...parts, violations, restAt: Date.now() };
}

async function disturbWhileOrdering(
  { burst = 0, method, strike }: Scenario,
  watch: Watch,
): Promise<Pick<Struck, 'during' | 'overAt'>> {
  const rollback = new Rollback(watch.timeline);
  watch.customers.orderAtOnce(burst);
  if (burst > 0) await watch.pause(BURST_MS);
  const from = Date.now();
  let to = from;
  try {
    const struck = await strike?.(watch);
    if (struck) rollback.add(struck.what, struck.undo);
    await applyMethod({ method }, watch, rollback);
    to = Date.now();
  } finally {
    await rollback.run();
  }
  if (rollback.failures.length > 0) throw new Error(`not taken back: ${rollback.failures.join('; ')}`);
  return { during: { from, to }, overAt: Date.now() };
}

async function seenBy({ target, customers }: Watch, reader: SystemReader) {
  const { accepted, answers } = customers;
  const refused = answers.filter(({ first, status }) => first && status !== 202);
  return {
    flow: target.pattern.flow,
    deadlineMs: target.settings.ORDER_TIMEOUT,
    accepted: new Map([...accepted].map(([id, { ends }]) => [id, ends === 'ready'] as const)),
    refusedAt: refused.map(({ at }) => at),
    orders: new Map([...reader.seen.orders].filter(([id]) => accepted.has(id))),
    charges: await reader.charges(),
  };
}
