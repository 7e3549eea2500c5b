import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { panelTitles } from '../../observability/dashboards/board/panel-titles.ts';
import { dashboards } from '../../observability/dashboards/dashboards.ts';
import { exercises } from './exercises.ts';

const pages = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.md'),
);
const read = (file: string | URL): string => readFileSync(new URL(file, import.meta.url), 'utf8');
const { scripts } = JSON.parse(read('../../package.json')) as { scripts: Record<string, string> };
const readme = read('README.md');

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links to what exists', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(new URL(link, new URL(page, import.meta.url))))).toEqual([]);
  });

  it('links to headings that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]*)#([^)]+)\)/g)].map(([, file = '', anchor = '']) => ({
      file,
      anchor,
    }));
    const missing = links.filter(({ file, anchor }) => {
      const target = file === '' ? text : read(new URL(file, new URL(page, import.meta.url)));
      return !anchorsOf(target).includes(anchor);
    });
    expect(missing).toEqual([]);
  });

  it('names commands and panels that exist', () => {
    const commands = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, script = '']) => script);
    expect(commands.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
    expect(panelsNamedIn(text).filter(({ dashboard, panel }) => !titlesOf(dashboard).includes(panel))).toEqual([]);
  });
});

it('has a way in for each heading of the workshop', () => {
  const [, table = ''] = /<!-- way-in:start[^>]*-->([\s\S]*?)<!-- way-in:end -->/.exec(readme) ?? [];
  const rows = [...table.matchAll(/^\| (.+) \| (.+) \| (.+) \| (.+) \|$/gm)].slice(1);
  expect(rows.length).toBe(66);
  expect(rows.filter(([, , where]) => where === '–')).toEqual([]);
});

it('lists every exercise with its time', () => {
  for (const { number, name, title, minutes } of exercises)
    expect(readme).toContain(`| [${number} ${title}](${number}-${name}/README.md) | ${minutes} |`);
});

/** As GitHub makes them. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

const titlesOf = (title: string): string[] => {
  const dashboard = dashboards().find((one) => one.title === title);
  return dashboard ? panelTitles(dashboard.uid) : [];
};

/** Written as `*Order funnel*: **Funnel**, **Lost**`. */
const panelsNamedIn = (text: string) =>
  [...text.matchAll(/(?<!\*)\*([^*\n]+)\*: ((?:\*\*[^*]+\*\*(?:, )?)+)/g)].flatMap(([, dashboard = '', panels = '']) =>
    [...panels.matchAll(/\*\*([^*]+)\*\*/g)].map(([, panel = '']) => ({ dashboard, panel })),
  );
