import { describeReport } from '#shared/audit/describe-report.ts';
import { colours as pc } from '#shared/stack/colours.ts';
import { table } from '#shared/stack/table.ts';
import type { SoakReport } from './run-soak.ts';
import type { Strike } from './strikes.ts';

const number = (value: number): string => Math.round(value).toLocaleString('en');

export function describeSoak(report: SoakReport): string {
  const { accepted, seconds, restSeconds, strikes, answers, problems, audit, clean } = report;
  const names = [...new Set(strikes.map(({ name }) => name))].sort();
  return [
    `${pc.bold(`${number(accepted)} orders`)} taken in ${number(seconds)} s (${number(accepted / seconds)}/s), at rest and audited ${number(restSeconds)} s later`,
    `Intake answered: ${Object.entries(answers)
      .map(([status, count]) => `${status === '0' ? 'nothing' : status} ${number(count)} times`)
      .join(', ')}`,
    '',
    table(
      ['process', 'killed', 'restarted', 'longest recovery'],
      names.map((name) => rowOf(name, strikes)),
    ),
    '',
    describeReport(audit),
    ...problems.map((problem) => pc.red(problem)),
    clean ? pc.green('Nothing is lost and nothing doubled.') : pc.red('The soak failed.'),
  ].join('\n');
}

function rowOf(name: string, strikes: readonly Strike[]): string[] {
  const own = strikes.filter((each) => each.name === name);
  const count = (how: Strike['how']) => number(own.filter((each) => each.how === how).length);
  const longest = Math.max(0, ...own.map(({ recoveredMs = 0 }) => recoveredMs));
  return [name, count('SIGKILL'), count('SIGTERM'), `${(longest / 1_000).toFixed(1)} s`];
}
