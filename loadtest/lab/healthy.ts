import { correlatorOf } from '#shared/contracts/flow.ts';
import { serviceNames } from '#shared/runtime/pattern.ts';
import type { Stack } from '#shared/stack/stack.ts';
import { pace, saturate } from '../bench/drive.ts';
import { type PhaseResult, type Phases, startPhases } from '../bench/run-phases.ts';
import { choreography, overHttp } from '../bench/variants/choreography.ts';
import type { Run } from './comparison.ts';
import type { Figure } from './figures.ts';
import type { Subject } from './subjects.ts';

/** Outstanding orders at saturation. */
const WINDOW = 512;
const RATES = [50, 100, 200] as const;
const REPLICAS = [2, 4] as const;

/**
 * One pattern while nothing fails: what it can take, what an order costs, how long it takes at a given rate, and what replicas of
 * its busiest service gain. All orders come over HTTP, as every pattern has the same intake; ready is counted on the wire.
 */
export async function healthyFigures(subject: Subject, run: Run): Promise<Figure[]> {
  const { saturated, figures } = await aloneFigures(subject, run);
  const busiest = busiestOf(subject, saturated.cpu);
  const gains: Figure[] = [];
  for (const replicas of REPLICAS) {
    const { ordersPerSecond } = await withReplicas(subject, { [busiest]: replicas }, run);
    const value = ordersPerSecond / saturated.ordersPerSecond;
    gains.push({ ...figureOf(subject, run), scenario: 'saturation', measure: `gain-${replicas}-replicas`, value });
  }
  return [...figures, ...gains];
}

/** Looks at a stack from its first order on; resolves with what is asked once so many have passed. */
export type Probe = (stack: Stack) => Promise<(orders: number) => Promise<Readonly<Record<string, number>>>>;

/** One replica of each service. `probe`: what else is measured at saturation, the warm-up included. */
export async function aloneFigures(subject: Subject, run: Run, probe?: Probe) {
  await using phases = await start(subject, {}, run);
  const probed = await probe?.(phases.stack());
  const saturated = await warmed(phases, run);
  const { ordersPerSecond, cpu } = saturated;
  const measures = {
    'orders-per-second': ordersPerSecond,
    'cpu-us-per-order': Object.values(cpu).reduce((sum, used) => sum + used, 0),
    ...Object.fromEntries(Object.entries(cpu).map(([name, used]) => [`cpu-us-${name}`, used])),
    ...(await probed?.(2 * run.orders)),
  };
  const figure =
    (scenario: string) =>
    ([measure, value]: [string, number]): Figure => ({
      ...figureOf(subject, run),
      scenario,
      measure,
      value,
    });
  const figures = Object.entries(measures).map(figure('saturation'));
  for (const rate of RATES) {
    const { result } = await phases.phase(rate * run.seconds, (each) => pace({ ...each, rate }));
    figures.push(...Object.entries({ 'p50-ms': result.p50, 'p99-ms': result.p99 }).map(figure(`${rate}/s`)));
  }
  return { saturated, figures };
}

const figureOf = ({ name: subject }: Subject, { round }: Run) => ({ subject, round });

async function withReplicas(subject: Subject, replicas: Replicas, run: Run): Promise<PhaseResult> {
  await using phases = await start(subject, replicas, run);
  return await warmed(phases, run);
}

type Replicas = Readonly<Record<string, number>>;

async function start({ name, env, pattern }: Subject, replicas: Replicas, { seed, signal }: Run) {
  const services = serviceNames(pattern).map((service) => ({ name: service, replicas: replicas[service] ?? 1 }));
  let started: Stack | undefined;
  const openDriver = (stack: Stack) => {
    started = stack;
    return overHttp(stack);
  };
  const variant = { name, start: choreography({ openDriver, services }) };
  const phases = await startPhases(variant, { seed, signal, env, onLine: () => undefined });
  return { ...phases, stack: () => started as Stack, [Symbol.asyncDispose]: phases[Symbol.asyncDispose] };
}

async function warmed({ phase }: Pick<Phases, 'phase'>, { orders }: Run): Promise<PhaseResult> {
  const saturated = () => phase(orders, (each) => saturate({ ...each, window: WINDOW }));
  await saturated();
  return (await saturated()).result;
}

/** The service with the most CPU time per order; the one that decides, where the system does not tell. */
export function busiestOf({ pattern }: Subject, cpu: PhaseResult['cpu']): string {
  const used = (name: string) => cpu[name.replace('-service', '')] ?? 0;
  return serviceNames(pattern).reduce(
    (most, name) => (used(name) > used(most) ? name : most),
    correlatorOf(pattern.flow),
  );
}
