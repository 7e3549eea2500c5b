import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AlertName, alertNames, runbookPage } from '../prometheus/rules/alert-catalogue.ts';

/** How the stack was started: natively, or by docker compose. */
export const ways = ['npm start', 'containers'] as const;
export type Way = (typeof ways)[number];

export const pageOf = (alert: AlertName): string => readFileSync(join(import.meta.dirname, runbookPage(alert)), 'utf8');

/** The first sentence of what an alert means. */
export const meaningOf = (alert: AlertName): string =>
  (/\*\*Meaning\.\*\*\s(.*?)[.:;]\s/s.exec(pageOf(alert))?.[1] ?? '').replaceAll('\n', ' ');

/** What a page tells to run first, one command a line. A page without a block for containers has commands that fit both ways. */
export function firstCommands(page: string, way: Way): string[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block.trim().split('\n'));
  return blocks[ways.indexOf(way)] ?? blocks[0] ?? [];
}

/** Every first command of the runbook, each once, with the alerts whose pages have it. */
export function everyCommand(way: Way): Map<string, AlertName[]> {
  const found = new Map<string, AlertName[]>();
  for (const alert of alertNames)
    for (const command of firstCommands(pageOf(alert), way)) found.set(command, [...(found.get(command) ?? []), alert]);
  return found;
}
