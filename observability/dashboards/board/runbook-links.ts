import type { AlertName } from '../../prometheus/rules/alert-catalogue.ts';
import { runbookLink } from '../../prometheus/rules/runbook-page.ts';
import type { Link } from './panel.ts';

/** From a panel to the page of the alert that watches it. */
export const runbook = (...alerts: readonly AlertName[]): Link[] =>
  alerts.map((alert) => ({ title: `Runbook: ${alert}`, url: runbookLink(alert) }));

export const toDashboard = (uid: string, title: string): Link => ({ title, url: `/d/${uid}?\${__url_time_range}` });
