import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BarChart, barChart } from './bar-chart.ts';
import { type Chart, escaped, lineChart } from './line-chart.ts';

/** Head, then rows. */
export type Table = readonly (readonly string[])[];

/** A string is a paragraph; `**bold**` and `` `code` `` in it are understood. `lines` are shown as they are. */
export type Block = string | { readonly table: Table } | { readonly lines: readonly string[] } | Picture;

type Picture = Chart | BarChart;

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Writes `<name>.md` with its pictures, `<name>.html` with the pictures in it, and `data` as `<name>.json`. Returns the page's path. */
export async function writeReport(
  folder: string,
  name: string,
  sections: readonly Section[],
  data: unknown,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const write = (file: string, text: string) => writeFile(join(folder, file), `${text}\n`);
  for (const block of sections.flatMap(({ blocks }) => blocks))
    if (isPicture(block)) await write(pictureFile(name, block), drawn(block));
  await write(`${name}.md`, markdownOf(name, sections));
  await write(`${name}.html`, htmlOf(sections));
  await write(`${name}.json`, JSON.stringify(data, undefined, 2));
  return join(folder, `${name}.html`);
}

const isPicture = (block: Block): block is Picture =>
  typeof block === 'object' && ('series' in block || 'bars' in block);
const drawn = (picture: Picture): string => ('bars' in picture ? barChart(picture) : lineChart(picture));
const pictureFile = (name: string, chart: Picture): string => `${name}-${chart.name}.svg`;

/** `name`: what the files of its pictures begin with. */
export function markdownOf(name: string, sections: readonly Section[]): string {
  const block = (one: Block): string => {
    if (typeof one === 'string') return one;
    if (isPicture(one)) return `![${one.title}](${pictureFile(name, one)})`;
    return 'table' in one ? markdownTable(one.table) : ['```text', ...one.lines, '```'].join('\n');
  };
  return sections
    .flatMap(({ title, blocks }, index) => [`${index === 0 ? '#' : '##'} ${title}`, ...blocks.map(block)])
    .join('\n\n');
}

export function markdownTable([head = [], ...rows]: Table): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;color:#1f2430;max-width:880px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;margin:.8rem 0}
td,th{padding:.2rem .8rem;border-bottom:1px solid #e3e7ee;text-align:right}td:first-child,th:first-child{text-align:left}
svg{max-width:100%;height:auto;margin:.4rem 0}p{margin:.3rem 0}
pre{background:#f6f8fa;padding:.8rem;overflow-x:auto;font-size:13px}`;

function htmlOf(sections: readonly Section[]): string {
  const body = sections.flatMap(({ title, blocks }, index) => {
    const tag = index === 0 ? 'h1' : 'h2';
    return [`<${tag}>${escaped(title)}</${tag}>`, ...blocks.map(htmlBlock)];
  });
  const head = `<meta charset="utf-8"><title>${escaped(sections[0]?.title ?? '')}</title><style>${STYLE}</style>`;
  return `<!doctype html>\n<html lang="en"><head>${head}</head>\n<body>\n${body.join('\n')}\n</body></html>`;
}

function htmlBlock(block: Block): string {
  if (typeof block === 'string') return `<p>${inline(block)}</p>`;
  if (isPicture(block)) return drawn(block);
  return 'table' in block ? htmlTable(block.table) : `<pre>${escaped(block.lines.join('\n'))}</pre>`;
}

function htmlTable([head = [], ...rows]: Table): string {
  const row = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${inline(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${row(head, 'th')}${rows.map((cells) => row(cells, 'td')).join('')}</table>`;
}

const inline = (text: string): string =>
  escaped(text)
    .replaceAll(/\*\*(.+?)\*\*/g, '<b>$1</b>')
    .replaceAll(/`(.+?)`/g, '<code>$1</code>');
