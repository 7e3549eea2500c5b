import { correlatorOf } from '#shared/contracts/flow.ts';
import { serviceNames } from '#shared/runtime/pattern.ts';
import { pace, saturate } from '../bench/drive.ts';
import { type PhaseResult, type Phases, startPhases } from '../bench/run-phases.ts';
import { choreography, overHttp } from '../bench/variants/choreography.ts';
import type { Figure } from './figures.ts';
import type { Subject } from './subjects.ts';

export interface HealthyLoad {
  /** Orders at saturation, and as many before them to warm up. */
  readonly orders: number;
  /** How long orders come at each of the rates. */
  readonly seconds: number;
}

interface HealthyOptions extends HealthyLoad {
  readonly seed: number;
  readonly round: number;
  readonly signal: AbortSignal;
}

/** Outstanding orders at saturation. */
const WINDOW = 512;
const RATES = [50, 100, 200] as const;
const REPLICAS = [2, 4] as const;

/**
 * One pattern while nothing fails: what it can take, what an order costs, how long it takes at a given rate, and what replicas of
 * its busiest service gain. All orders come over HTTP, as every pattern has the same intake; ready is counted on the wire.
 */
export async function healthyFigures(subject: Subject, options: HealthyOptions): Promise<Figure[]> {
  const alone = await one(subject, options);
  const busiest = busiestOf(subject, alone.saturated.cpu);
  const gains: [string, number][] = [];
  for (const replicas of REPLICAS) {
    const { ordersPerSecond } = await withReplicas(subject, { [busiest]: replicas }, options);
    gains.push([`gain-${replicas}-replicas`, ordersPerSecond / alone.saturated.ordersPerSecond]);
  }
  const figure = (scenario: string, measure: string, value: number): Figure => {
    return { pattern: subject.pattern.name, scenario, measure, round: options.round, value };
  };
  const { ordersPerSecond, cpu } = alone.saturated;
  return [
    figure('saturation', 'orders-per-second', ordersPerSecond),
    figure(
      'saturation',
      'cpu-us-per-order',
      Object.values(cpu).reduce((sum, used) => sum + used, 0),
    ),
    ...Object.entries(cpu).map(([name, used]) => figure('saturation', `cpu-us-${name}`, used)),
    ...gains.map(([measure, gain]) => figure('saturation', measure, gain)),
    ...alone.paced.flatMap(({ rate, p50, p99 }) => [
      figure(`${rate}/s`, 'p50-ms', p50),
      figure(`${rate}/s`, 'p99-ms', p99),
    ]),
  ];
}

async function one(subject: Subject, options: HealthyOptions) {
  await using phases = await start(subject, {}, options);
  const saturated = await warmed(phases, options);
  const paced: (PhaseResult & { readonly rate: number })[] = [];
  for (const rate of RATES) {
    const { result } = await phases.phase(rate * options.seconds, (each) => pace({ ...each, rate }));
    paced.push({ rate, ...result });
  }
  return { saturated, paced };
}

async function withReplicas(subject: Subject, replicas: Replicas, options: HealthyOptions): Promise<PhaseResult> {
  await using phases = await start(subject, replicas, options);
  return await warmed(phases, options);
}

type Replicas = Readonly<Record<string, number>>;

const start = ({ setting, pattern }: Subject, replicas: Replicas, { seed, signal }: HealthyOptions) => {
  const services = serviceNames(pattern).map((name) => ({ name, replicas: replicas[name] ?? 1 }));
  const variant = { name: pattern.name, start: choreography({ openDriver: overHttp, services }) };
  return startPhases(variant, { seed, signal, env: { PATTERN: setting }, onLine: () => undefined });
};

async function warmed({ phase }: Phases, { orders }: HealthyOptions): Promise<PhaseResult> {
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
