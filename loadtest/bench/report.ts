import { table } from '#shared/stack/table.ts';
import type { Load, Measurement, Phase } from './measure.ts';
import { type Spread, spreadOf } from './percentile.ts';

/** One measurement of one variant; those of one round are compared with one another. */
export interface Run {
  readonly round: number;
  readonly variant: string;
  readonly measurement: Measurement;
}

/** Medians over the rounds, with their range; `peer` is the variant to which the others are compared. */
export function report(runs: readonly Run[], { window, rate }: Load, peer: string): string {
  const variants = [...new Set(runs.map(({ variant }) => variant))];
  return [
    'Medians over the rounds (least..most). Time to ready: p50 / p99 in ms, from created to ready seen by the driver.',
    table(
      ['variant', 'orders/s', `x ${peer}`, `at saturation (${window} outstanding)`, `at ${rate}/s`],
      variants.map((variant) => flowRow(runs, variant, peer)),
    ),
    '',
    'CPU time per order at saturation, us by process',
    cpuTable(runs, variants, 'saturated'),
    '',
    `CPU time per order at ${rate}/s, us by process`,
    cpuTable(runs, variants, 'paced'),
  ].join('\n');
}

function flowRow(runs: readonly Run[], variant: string, peer: string): string[] {
  const own = measurementsOf(runs, variant);
  const spread = (of: (measurement: Measurement) => number) => spreadOf(own.map(of));
  const times = (phase: Phase) =>
    `${ms(spread((each) => each[phase].p50).median)} / ${ms(spread((each) => each[phase].p99).median)}`;
  const ratios = spreadOf(ratiosTo(runs, variant, peer));
  return [
    variant,
    range(
      spread((each) => each.ordersPerSecond),
      (value) => value.toFixed(0),
    ),
    Number.isNaN(ratios.median) ? '' : range(ratios, (value) => value.toFixed(2)),
    times('saturated'),
    times('paced'),
  ];
}

/** Orders/s of a variant by the peer's of the same round, per round that has both. */
export function ratiosTo(runs: readonly Run[], variant: string, peer: string): number[] {
  const rate = (name: string, round: number) =>
    runs.find((run) => run.variant === name && run.round === round)?.measurement.ordersPerSecond;
  return [...new Set(runs.map(({ round }) => round))].flatMap((round) => {
    const own = rate(variant, round);
    const others = rate(peer, round);
    return own === undefined || others === undefined ? [] : [own / others];
  });
}

function cpuTable(runs: readonly Run[], variants: readonly string[], phase: Phase): string {
  const names = [...new Set(runs.flatMap(({ measurement }) => Object.keys(measurement.cpu[phase])))].sort();
  const median = (variant: string, name: string) =>
    spreadOf(measurementsOf(runs, variant).flatMap(({ cpu }) => cpu[phase][name] ?? [])).median;
  return table(
    ['variant', ...names, 'all'],
    variants.map((variant) => {
      const used = names.map((name) => median(variant, name));
      const all = used.filter((value) => !Number.isNaN(value)).reduce((sum, value) => sum + value, 0);
      return [variant, ...used.map((value) => (Number.isNaN(value) ? '' : value.toFixed(0))), all.toFixed(0)];
    }),
  );
}

const measurementsOf = (runs: readonly Run[], variant: string): Measurement[] =>
  runs.filter((run) => run.variant === variant).map(({ measurement }) => measurement);

const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 0);

const range = ({ median, min, max }: Spread, text: (value: number) => string): string =>
  min === max ? text(median) : `${text(median)} (${text(min)}..${text(max)})`;
