import { readFileSync } from 'node:fs';

interface Panel {
  readonly title?: string;
  readonly panels?: readonly Panel[];
}

/** Titles of all panels of a dashboard, those within rows too. @throws when there is no such dashboard */
export function panelTitles(uid: string): string[] {
  const titles = ({ title, panels = [] }: Panel): string[] => [title ?? '', ...panels.flatMap(titles)];
  return titles(JSON.parse(readFileSync(new URL(`../${uid}.json`, import.meta.url), 'utf8')) as Panel);
}
