/** `demo`: the condition of a page, but over minutes, to be watched on a laptop. */
export type Severity = 'page' | 'ticket' | 'warning' | 'demo';

/** Each alert, and the dashboard that shows what it judges. */
export const dashboardOf = {
  OrdersWaitingGrowing: 'order-funnel',
  OrderOverdue: 'order-funnel',
  FunnelOutOfBalance: 'order-funnel',
  MoneyOutOfBalance: 'correlation',
  DeadLetters: 'backbone',
  ConsumerStalled: 'backbone',
  ConsumerMissing: 'backbone',
  ServiceDown: 'services',
  NoData: 'order-funnel',
  DependencyAway: 'backbone',
  SpansLost: 'backbone',
  SloBurnFast: 'load-and-chaos',
  SloBurnSlow: 'load-and-chaos',
  SloBurnDemo: 'load-and-chaos',
  StreamFillingUp: 'backbone',
} as const satisfies Readonly<Record<string, string>>;

export type AlertName = keyof typeof dashboardOf;
export const alertNames = Object.keys(dashboardOf) as AlertName[];

/** `FunnelOutOfBalance` -> `funnel-out-of-balance.md`, in observability/runbook. */
export const runbookPage = (alert: AlertName): string =>
  `${alert.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.md`;

/** The alert's panel in the runbook dashboard: they follow an introduction, in the order of the alerts. */
export const pagePanel = (alert: AlertName): string => `panel-${alertNames.indexOf(alert) + 2}`;

/** The alert's page alone: a path below Grafana's root. */
export const runbookLink = (alert: AlertName): string => `/d/runbook?viewPanel=${pagePanel(alert)}`;
