import { backbone } from './backbone.ts';
import type { Dashboard } from './board/dashboard.ts';
import { bottleneck } from './bottleneck.ts';
import { correlation } from './correlation.ts';
import { lab } from './lab.ts';
import { loadAndChaos } from './load-and-chaos.ts';
import { oneOrder } from './one-order.ts';
import { orderFunnel } from './order-funnel.ts';
import { runbookDashboard } from './runbook.ts';
import { services } from './services.ts';

/** Every dashboard, home first. @throws when a runbook page is missing. */
export const dashboards = (): Dashboard[] => [
  orderFunnel(),
  bottleneck(),
  correlation(),
  services(),
  backbone(),
  loadAndChaos(),
  lab(),
  oneOrder(),
  runbookDashboard(),
];
