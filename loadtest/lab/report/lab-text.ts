import { table } from '#shared/report/table.ts';
import type { Figure } from '../figures.ts';
import { claimsText, declaredText, type LabVerdict } from '../lab-verdict.ts';
import { type Compared, gapText, tablesOf, zeroText } from './lab-tables.ts';

/** What the terminal shows of a lab, but for its failures. */
export function labText(figures: readonly Figure[], { claims, declared }: LabVerdict, compared: Compared): string {
  const tables = tablesOf(figures, compared).flatMap(({ title, table: [head = [], ...body], zero }) => [
    '',
    title,
    table(head, body),
    ...zeroText(zero),
  ]);
  const judged = [...Map.groupBy(claims, ({ claim }) => claim.subject)].flatMap(([subject, own]) => [
    '',
    subject,
    ...own.flatMap(({ claim, verdict, why }) => [
      `  ${verdict.padEnd(16)}${claim.is}  ${claim.says}`,
      `${' '.repeat(23)}${why}`,
    ]),
  ]);
  const heading = claims.length > 0 ? ['', claimsText(claims)] : [];
  return [...tables, ...heading, ...judged, '', ...declaredText(declared), ...compared.gaps.map(gapText)].join('\n');
}
