/** `demo`: the page's condition in minutes, to be watched on a laptop. */
export type Severity = 'page' | 'ticket' | 'warning' | 'demo';

/** Each alert and the dashboard that shows what it judges. Its page is `runbook/<alert in kebab case>.md`. */
export const dashboardOf = {
  OrdersWaitingGrowing: 'order-funnel',
  OrderOverdue: 'order-funnel',
  FunnelOutOfBalance: 'order-funnel',
  MoneyOutOfBalance: 'correlation',
  DeadLetters: 'backbone',
  ConsumerStalled: 'backbone',
  ServiceDown: 'services',
  NoData: 'order-funnel',
  DependencyAway: 'backbone',
  SpansLost: 'backbone',
  SloBurnFast: 'load-and-chaos',
  SloBurnSlow: 'load-and-chaos',
  SloBurnDemo: 'load-and-chaos',
} as const satisfies Readonly<Record<string, string>>;

export type AlertName = keyof typeof dashboardOf;
export const alertNames = Object.keys(dashboardOf) as AlertName[];
