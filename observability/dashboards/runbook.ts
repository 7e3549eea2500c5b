import { alertNames, dashboardOf } from '../prometheus/rules/alert-catalogue.ts';
import { pageOf } from '../runbook/runbook-commands.ts';
import { dashboard, row } from './board/dashboard.ts';
import { text } from './board/tables.ts';

const introduction = [
  'One page per alert: what you see, what it means, what to type first, and how to see that it is mended.',
  'The commands work in the folder of the repository, for the stack of `npm start`. With containers `npm run x -- …` is',
  '`docker compose run --rm tools x …`; a page shows what else differs there.',
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
      row(
        '',
        text({ title: 'Runbook', description: 'All alerts, and where to see what they judge.' }, introduction),
        ...alertNames.map((alert) =>
          text({ title: alert, description: `What to do when ${alert} fires.`, width: 12, height: 21 }, pageOf(alert)),
        ),
      ),
    ],
  });
