import { type AlertName, alertNames } from './alert-catalogue.ts';

/** `FunnelOutOfBalance` -> `funnel-out-of-balance.md`, in observability/runbook. */
export const runbookPage = (alert: AlertName): string =>
  `${alert.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.md`;

/** The id of the page's panel on the runbook dashboard; the first panel there is the introduction. */
export const runbookPanelId = (alert: AlertName): number => alertNames.indexOf(alert) + 2;

/** Below Grafana's root: the page alone, at full width. */
export const runbookLink = (alert: AlertName): string => `/d/runbook?viewPanel=panel-${runbookPanelId(alert)}`;
