import { table } from '#shared/report/table.ts';
import { coldOrders, type Load, type Measurement, type Phase, phases } from './measure.ts';
import { type Spread, spreadOf } from './percentile.ts';

/** One measurement of one variant; those of one round are compared with one another. */
export interface Run {
  readonly round: number;
  readonly variant: string;
  readonly measurement: Measurement;
}

/** Medians over the rounds, with their range; `peer` is the variant to which the others are compared. */
export function report(runs: readonly Run[], load: Load, peer: string): string {
  const { orders, warmUp, window, rate } = load;
  const titles: Record<Phase, string> = {
    cold: `Cold: the first ${coldOrders(load)} orders of fresh processes, ${window} outstanding`,
    warm: `Warm: ${orders} orders after ${warmUp}, ${window} outstanding`,
    paced: `At ${rate}/s`,
  };
  return [
    'Medians over the rounds (least..most). p50 / p99: ms from created to ready seen by the driver. CPU: us per order, all and by process.',
    ...phases.flatMap((phase) => ['', titles[phase], phaseTable(runs, phase, peer)]),
  ].join('\n');
}

function phaseTable(runs: readonly Run[], phase: Phase, peer: string): string {
  const variants = [...new Set(runs.map(({ variant }) => variant))];
  const names = [...new Set(runs.flatMap(({ measurement }) => Object.keys(measurement[phase].cpu)))].sort();
  const row = (variant: string) => {
    const own = runs.filter((run) => run.variant === variant).map(({ measurement }) => measurement[phase]);
    const median = (of: (result: (typeof own)[number]) => number) => spreadOf(own.map(of)).median;
    const ratios = spreadOf(ratiosTo(runs, variant, peer, phase));
    return [
      variant,
      range(spreadOf(own.map((each) => each.ordersPerSecond)), 0),
      Number.isNaN(ratios.median) ? '' : range(ratios, 2),
      `${ms(median((each) => each.p50))} / ${ms(median((each) => each.p99))}`,
      range(spreadOf(own.map(({ cpu }) => Object.values(cpu).reduce((sum, used) => sum + used, 0))), 0),
      ...names.map((name) => spreadOf(own.flatMap(({ cpu }) => cpu[name] ?? [])).median).map(whole),
    ];
  };
  return table(['variant', 'orders/s', `x ${peer}`, 'p50 / p99', 'CPU', ...names], variants.map(row));
}

/** Orders/s of a variant by the peer's of the same round, per round that has both. */
export function ratiosTo(runs: readonly Run[], variant: string, peer: string, phase: Phase): number[] {
  const rateOf = ({ measurement }: Run) => measurement[phase].ordersPerSecond;
  return runs.flatMap((run) => {
    const other = runs.find(({ round, variant: name }) => name === peer && round === run.round);
    return run.variant === variant && other ? [rateOf(run) / rateOf(other)] : [];
  });
}

const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 0);

const whole = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(0));

const range = ({ median, min, max }: Spread, digits: number): string =>
  min === max ? median.toFixed(digits) : `${median.toFixed(digits)} (${min.toFixed(digits)}..${max.toFixed(digits)})`;
