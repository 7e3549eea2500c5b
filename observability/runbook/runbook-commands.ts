import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AlertName, alertNames, runbookPage } from '../prometheus/rules/alert-catalogue.ts';

/** The text of an alert's page. */
export const pageOf = (alert: AlertName): string => readFileSync(join(import.meta.dirname, runbookPage(alert)), 'utf8');

/** What a page tells to run first, one command a line. */
export const firstCommands = (page: string): string[] =>
  (/```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? '').trim().split('\n');

/** Every first command of the runbook, each once, with the alerts whose pages have it. */
export function everyCommand(): Map<string, AlertName[]> {
  const found = new Map<string, AlertName[]>();
  for (const alert of alertNames)
    for (const command of firstCommands(pageOf(alert))) found.set(command, [...(found.get(command) ?? []), alert]);
  return found;
}
