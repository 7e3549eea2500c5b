import { colours as pc } from '#shared/stack/colours.ts';
import type { Tally } from './tally.ts';
import { type FaultKind, faultKinds } from './weather.ts';

const number = (value: number): string => Math.round(value).toLocaleString('en');

/** The summary of a simulation that took so many seconds. */
export function describeTally(tally: Tally, seconds: number): string {
  const { orders, runs, steps, outcomes, faults, crashPoints, interleavings, violations } = tally;
  const points = [...crashPoints].sort(([, a], [, b]) => a - b);
  const crashes = points.reduce((sum, [, count]) => sum + count, 0);
  return [
    `${pc.bold(number(orders))} orders in ${number(runs)} runs, ${number(orders / seconds)} orders/s, ${number(seconds)} s; ` +
      `${number(tally.lastedMs / 3_600_000)} h of simulated time, ${number(steps)} port calls and deliveries`,
    `Outcomes: ${[...outcomes].map(([name, count]) => `${name} ${number(count)}`).join(', ')}`,
    `Interleavings: ${number(interleavings.size)} different ones`,
    `Crashes: ${number(crashes)} at ${points.length} different points${points[0] ? `, the rarest "${points[0][0]}" ${number(points[0][1])} times` : ''}`,
    'Faults:',
    ...[...faults].map(([kind, count]) => `  ${kind.padEnd(15)}${number(count).padStart(11)}  ${meaning(kind)}`),
    violations === 0
      ? pc.green(`0 violations`)
      : pc.red(`${number(violations)} violations in ${number(tally.failed.length)} runs`),
  ].join('\n');
}

const meaning = (kind: string): string => pc.dim(faultKinds[kind as FaultKind]?.meaning ?? '');
