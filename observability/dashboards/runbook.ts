import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertNames, dashboardOf } from '../prometheus/rules/alert-catalogue.ts';
import { runbookPage } from '../prometheus/rules/runbook-page.ts';
import { dashboard } from './board/dashboard.ts';
import { text } from './board/tables.ts';

const pages = join(import.meta.dirname, '../runbook');

const introduction = (): string =>
  [
    'One page per alert: what you see, what it means, what to type first, and how to see that it is mended.',
    'The commands are for the stack of `npm start`; they work from the folder of the repository.',
    '',
    ...alertNames.map((alert) => `- **${alert}**, seen on [${dashboardOf[alert]}](/d/${dashboardOf[alert]})`),
  ].join('\n');

/** The pages as panels, so that an alert's link works offline. Their order is the alerts': links count on it. */
export const runbookDashboard = () =>
  dashboard({
    uid: 'runbook',
    title: 'Runbook',
    description: 'What to do when an alert fires.',
    refresh: '',
    rows: [
      {
        title: '',
        panels: [
          text('Runbook', 'All alerts, and where to see what they judge.', introduction(), { height: 14 }),
          ...alertNames.map((alert) =>
            text(alert, `What to do when ${alert} fires.`, readFileSync(join(pages, runbookPage(alert)), 'utf8'), {
              width: 12,
              height: 19,
            }),
          ),
        ],
      },
    ],
  });
