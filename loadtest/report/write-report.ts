import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Slice } from '../run/order-record.ts';
import { chartsOf } from './charts.ts';
import { lineChart } from './line-chart.ts';
import { type LoadReport, type Section, sectionsOf, type Table } from './load-report.ts';

/** Writes report.md with its pictures, report.html with the pictures in it, and report.json. Returns the page's path. */
export async function writeReport(dir: string, report: LoadReport, slices: readonly Slice[]): Promise<string> {
  await mkdir(dir, { recursive: true });
  const charts = Object.entries(chartsOf(slices, report.uses)).map(
    ([name, chart]) => [name, lineChart(chart)] as const,
  );
  for (const [name, svg] of charts) await writeFile(join(dir, `${name}.svg`), `${svg}\n`);
  const sections = sectionsOf(report);
  const page = join(dir, 'report.html');
  await writeFile(join(dir, 'report.md'), markdown(sections, new Set(charts.map(([name]) => name))));
  await writeFile(page, html(report, sections, new Map(charts)));
  const { uses: _, ...figures } = report;
  await writeFile(join(dir, 'report.json'), `${JSON.stringify(figures, undefined, 2)}\n`);
  return page;
}

export function markdown(sections: readonly Section[], charts: ReadonlySet<string>): string {
  const parts = sections.map(({ title, paragraphs, table, lines, charts: names = [] }, index) => [
    `${index === 0 ? '#' : '##'} ${title}`,
    ...paragraphs,
    ...(table ? [markdownTable(table)] : []),
    ...(lines ? [['```text', ...lines, '```'].join('\n')] : []),
    ...names.filter((name) => charts.has(name)).map((name) => `![${name}](${name}.svg)`),
  ]);
  return `${parts.flat().join('\n\n')}\n`;
}

function markdownTable([head = [], ...rows]: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;color:#1f2430;max-width:880px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;margin:.8rem 0}
td,th{padding:.2rem .8rem;border-bottom:1px solid #e3e7ee;text-align:right}td:first-child,th:first-child{text-align:left}
svg{max-width:100%;height:auto;margin:.4rem 0}p{margin:.3rem 0}
pre{background:#f6f8fa;padding:.8rem;overflow-x:auto;font-size:13px}`;

function html(report: LoadReport, sections: readonly Section[], charts: ReadonlyMap<string, string>): string {
  const body = sections.flatMap(({ title, paragraphs, table, lines, charts: names = [] }, index) => {
    const tag = index === 0 ? 'h1' : 'h2';
    return [
      `<${tag}>${escaped(title)}</${tag}>`,
      ...paragraphs.map((text) => `<p>${escaped(text)}</p>`),
      ...(table ? [htmlTable(table)] : []),
      ...(lines ? [`<pre>${escaped(lines.join('\n'))}</pre>`] : []),
      ...names.flatMap((name) => charts.get(name) ?? []),
    ];
  });
  const title = `${report.profile} ${report.startedAt}`;
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head>\n<body>\n${body.join('\n')}\n</body></html>\n`;
}

function htmlTable([head = [], ...rows]: Table): string {
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${row(head, 'th')}${rows.map((cells) => row(cells, 'td')).join('')}</table>`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
