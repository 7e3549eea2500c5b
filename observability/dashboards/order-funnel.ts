import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import { dashboard } from './board/dashboard.ts';
import { linked, ofField, property } from './board/overrides.ts';
import { unit } from './board/palette.ts';
import { heatmap } from './board/panels.ts';
import { runbook } from './board/runbook-links.ts';
import { alertList, flowGraph, table } from './board/tables.ts';
import { asHeatmap, asTable, logTable } from './board/target.ts';
import { flowQuery } from './flow-query.ts';
import { answers, funnel } from './funnel-rows.ts';

const stuck =
  'topk(20, max by (order_id, missing) (max_over_time({service_name="kitchen-service"} | decision="stuck" | unwrap waiting_s [12s])))';

/** Home. */
export const orderFunnel = () =>
  dashboard({
    uid: 'order-funnel',
    title: 'Order funnel',
    description: 'How many orders come in, how far they get, what they wait for, and whether one was lost.',
    rows: [
      answers,
      funnel,
      {
        title: 'Where does it stick?',
        panels: [
          heatmap({
            title: 'Time to ready, every order',
            description:
              'Each column is a moment, each row a time to ready, darker is more orders. A second band is a second cause (a slow bank). A dot is one order: click it to see its trace.',
            targets: [asHeatmap(`sum by (le) (increase(${metrics.timeToReady.name}_bucket[$__rate_interval]))`)],
            unit: unit.seconds,
            width: 24,
          }),
          table({
            title: 'Stuck orders',
            description:
              'The 20 orders that have waited longest, what for, and for how long (a line that the kitchen logs every 5 s). Click an order to see its trace and its log. Empty is good.',
            targets: [logTable(stuck)],
            columns: { order_id: 'order', missing: 'waits for', 'Value #A': 'waited' },
            noValue: 'no order waits',
            width: 24,
            height: 8,
            overrides: [
              linked('order', 'Show this order', `/d/one-order?var-order=\${__value.raw}&\${__url_time_range}`),
              ofField('waited', [property('unit', unit.seconds)]),
            ],
            links: runbook('OrderOverdue'),
          }),
          flowGraph({
            title: 'Who sends events to whom',
            description:
              'Events per second along each edge, from the publisher to each service that took them. A missing edge is a reaction that does not happen.',
            targets: [asTable(flowQuery())],
            unit: unit.perSecond,
            // Three services one above the other: it is not scaled to its frame.
            width: 24,
            height: 14,
          }),
          alertList({
            title: 'Alerts',
            description:
              'What fires now or is about to. Each has a page in the Runbook dashboard: what it means, what to type first, how to see that it is mended.',
            width: 24,
            height: 8,
          }),
        ],
      },
    ],
  });
