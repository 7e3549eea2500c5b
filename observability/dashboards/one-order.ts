import { dashboard, row, textVariable } from './board/dashboard.ts';
import { linked } from './board/overrides.ts';
import { logLines, text, trace, traceTable } from './board/tables.ts';
import { logQuery, traceById, traceQuery } from './board/target.ts';

const how = `Type an **order id** above: its traces and its log lines appear. Click a trace id to see that trace below.
On a terminal: \`docker compose run --rm tools journey <order id>\`, after npm start \`npm run journey -- <order id>\`.
A trace's links (*References*) lead to the other two contributions of an order, or from a timeout to the order that it ended.`;

/** A search that finds nothing: with an empty trace id Grafana marks the panel with an error. */
const NO_TRACE = '{ false }';
const SHOW_TRACE = `/d/one-order?var-trace=\${__value.raw}&var-order=\${order}&\${__url_time_range}`;

const find = row(
  'Find it',
  text({ title: 'How to', description: 'How to use this page.', height: 4 }, how),
  traceTable({
    title: 'Its traces',
    description:
      'The trace that began with POST /orders, and one more for each time that its deadline was attended to.',
    targets: traceQuery('{ span.pizza.order.id = "$order" }'),
    noValue: 'type an order id above',
    overrides: [linked('traceID', 'Show it here', SHOW_TRACE)],
  }),
  logLines({
    title: 'Its log',
    description: 'What every service said of this order, oldest first. A line’s trace id leads to the trace.',
    targets: logQuery('{service_name=~".+"} | order_id="$order" | order_id!=""'),
  }),
);

const itsTrace = row(
  'Its trace',
  trace({
    title: 'Trace',
    description:
      'Who published what, who took it, and how long each step took. From a span to its logs: the button on the span.',
    targets: traceById('$trace'),
  }),
  logLines({
    title: 'Log lines of this trace',
    description: 'The same by trace id: also what is said of messages that are no order.',
    targets: logQuery('{service_name=~".+"} | trace_id="$trace" | trace_id!=""'),
  }),
);

/** From an id to everything that is known of it. */
export const oneOrder = () =>
  dashboard({
    uid: 'one-order',
    title: 'One order',
    description: 'Everything about one order: its traces and its log, by order id or trace id.',
    from: 'now-1h',
    refresh: '',
    variables: [textVariable('order', 'Order id'), textVariable('trace', 'Trace id', NO_TRACE)],
    rows: [find, itsTrace],
  });
