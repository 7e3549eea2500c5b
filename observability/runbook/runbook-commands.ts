import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AlertName, runbookPage } from '../prometheus/rules/alert-catalogue.ts';

export const pageOf = (alert: AlertName): string => readFileSync(join(import.meta.dirname, runbookPage(alert)), 'utf8');

/** What a page tells to run first, one command a line. */
export const firstCommands = (page: string): string[] =>
  (/```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? '').trim().split('\n');
