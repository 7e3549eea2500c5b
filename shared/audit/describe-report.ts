import { fromMinor } from '#shared/contracts/money.ts';
import { colours as pc } from '#shared/report/colours.ts';
import { table } from '#shared/report/table.ts';
import type { AuditReport } from './report.ts';

const number = (value: number): string => value.toLocaleString('en');

/** The report as text: a table of the invariants, and the orders that violate them. */
export function describeReport(report: AuditReport): string {
  const { orders, outcomes, stream, deadLetters, invariants } = report;
  const counts = [
    ...Object.entries(outcomes).map(([outcome, count]) => `${outcome} ${number(count)}`),
    `under way ${number(orders.underWay)}`,
    ...(orders.older > 0 ? [`older than the stream ${number(orders.older)}`] : []),
  ];
  const rows = invariants.map(({ name, checked, violations, notJudged }) => [
    name,
    notJudged ? '-' : number(checked),
    notJudged ? '-' : number(violations),
  ]);
  return [
    `${pc.bold(`${number(orders.seen)} orders`)}: ${counts.join(', ')}`,
    `${number(stream.messages)} messages (${number(stream.copies)} copies, ${number(stream.unreadable)} that are not events), ` +
      `${number(deadLetters.kept)} dead letters (${number(deadLetters.explained)} explained)`,
    ...moneyLines(report),
    '',
    table(['invariant', 'checked', 'violations'], rows),
    '',
    ...invariants.flatMap(({ name, notJudged }) => (notJudged ? [pc.yellow(`Not judged, ${name}: ${notJudged}`)] : [])),
    ...invariants.flatMap(violationLines),
    verdict(report),
  ].join('\n');
}

/** One line, for a look with nothing new. */
export const describeLook = ({ at, orders, violations, tookMs }: AuditReport): string =>
  `${at.slice(11, 19)}  ${number(orders.seen)} orders, ${number(orders.underWay)} under way, ${number(violations)} violations (${(tookMs / 1_000).toFixed(1)} s)`;

const moneyLines = ({ money }: AuditReport): string[] =>
  Object.entries(money).map(([currency, { captured, sold, refunded, held, refundDue }]) => {
    const amount = (minor: number) => fromMinor(minor, currency).toLocaleString('en');
    return `${currency}: captured ${amount(captured)} = sold ${amount(sold)} + refunded ${amount(refunded)} + held ${amount(held)} + refund due ${amount(refundDue)}`;
  });

function violationLines({ name, violations, examples }: AuditReport['invariants'][number]): string[] {
  if (violations === 0) return [];
  const more = violations - examples.length;
  return [
    pc.red(`Violated, ${name}:`),
    ...examples.map(({ orderId, detail }) => `  ${orderId ? `order ${orderId}: ` : ''}${detail}`),
    ...(more > 0 ? [`  and ${number(more)} more`] : []),
  ];
}

function verdict({ clean, violations, atRest, tookMs }: AuditReport): string {
  const took = `looked at in ${(tookMs / 1_000).toFixed(1)} s, ${atRest ? 'at rest' : 'while it runs'}`;
  return clean ? pc.green(`Clean (${took}).`) : pc.red(`${number(violations)} violations (${took}).`);
}
