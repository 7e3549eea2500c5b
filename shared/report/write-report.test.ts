import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { markdownTable, writeReport } from './write-report.ts';

it('writes the same sections as page and as Markdown, with the pictures and the data', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'report-'));
  const chart = { name: 'rate', title: 'Rate', unit: 'orders/s', series: [] };
  const sections = [
    { title: 'a run', blocks: ['**held** by `npm run <x>`', chart] },
    { title: 'Figures', blocks: [{ table: [['ms'], ['a | b']] }, { lines: ['1 < 2'] }] },
  ];
  const page = await writeReport(folder, 'run', sections, { passed: true });
  expect((await readdir(folder)).sort()).toEqual(['run-rate.svg', 'run.html', 'run.json', 'run.md']);
  const html = await readFile(page, 'utf8');
  expect(html).toContain('<p><b>held</b> by <code>npm run &lt;x&gt;</code></p>');
  expect(html).toContain('<pre>1 &lt; 2</pre>');
  expect(html).toContain('<svg ');
  const markdown = await readFile(join(folder, 'run.md'), 'utf8');
  expect(markdown).toMatch(/^# a run\n\n\*\*held\*\* by `npm run <x>`\n\n!\[Rate\]\(run-rate\.svg\)\n\n## Figures\n/);
  expect(markdown).toContain('```text\n1 < 2\n```');
  expect(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'))).toEqual({ passed: true });
  await rm(folder, { recursive: true });
});

it('keeps a cell of a Markdown table in one cell', () => {
  expect(markdownTable([['a'], ['b | c\nd']])).toBe('| a |\n| --- |\n| b \\| c d |');
});
