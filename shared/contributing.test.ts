import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { layersPicture } from '#shared/testing/import-graph.ts';

const guide = new URL('../CONTRIBUTING.md', import.meta.url);
const text = readFileSync(guide, 'utf8');

it('CONTRIBUTING.md has the picture of the layers as the imports are (UPDATE=1 writes it)', () => {
  const written = text.replace(
    /<!-- layers:start[\s\S]*?<!-- layers:end -->/,
    `<!-- layers:start: written by UPDATE=1 npx vitest run shared/contributing.test.ts -->\n\n\`\`\`mermaid\n${layersPicture()}\n\`\`\`\n\n<!-- layers:end -->`,
  );
  if (process.env.UPDATE) writeFileSync(guide, written);
  expect(readFileSync(guide, 'utf8')).toBe(written);
});

it('CONTRIBUTING.md gives a reading order of twelve files, and links to what exists', () => {
  const [, order = ''] = /## Read these twelve files first\n([\s\S]*?)\n## /.exec(text) ?? [];
  expect(order.match(/^\d+\. \[/gm)).toHaveLength(12);
  const links = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(new URL(link, guide)))).toEqual([]);
});
