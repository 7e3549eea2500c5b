import { describeReport } from '#shared/audit/describe-report.ts';
import { colours as pc } from '#shared/stack/colours.ts';
import { table } from '#shared/stack/table.ts';
import type { ProcessFault } from './process-faults.ts';
import type { SoakReport } from './run-soak.ts';

const number = (value: number): string => Math.round(value).toLocaleString('en');

export function describeSoak(report: SoakReport): string {
  const { accepted, seconds, restSeconds, faults, answers, problems, audit, clean } = report;
  const names = [...new Set(faults.map(({ name }) => name))].sort();
  return [
    `${pc.bold(`${number(accepted)} orders`)} taken in ${number(seconds)} s (${number(accepted / seconds)}/s), at rest and audited ${number(restSeconds)} s later`,
    `Intake answered: ${Object.entries(answers)
      .map(([status, count]) => `${status === '0' ? 'nothing' : status} ${number(count)} times`)
      .join(', ')}`,
    '',
    table(
      ['process', 'killed', 'restarted', 'longest recovery'],
      names.map((name) => rowOf(name, faults)),
    ),
    '',
    describeReport(audit),
    ...problems.map((problem) => pc.red(problem)),
    clean ? pc.green('Nothing is lost and nothing doubled.') : pc.red('The soak failed.'),
  ].join('\n');
}

function rowOf(name: string, faults: readonly ProcessFault[]): string[] {
  const own = faults.filter((each) => each.name === name);
  const count = (fault: ProcessFault['fault']) => number(own.filter((each) => each.fault === fault).length);
  const longest = Math.max(0, ...own.map(({ recoveredMs }) => recoveredMs));
  return [name, count('kill'), count('restart'), `${(longest / 1_000).toFixed(1)} s`];
}
