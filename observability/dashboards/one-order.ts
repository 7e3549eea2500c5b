import { dashboard, row, textVariable } from './board/dashboard.ts';
import { linked, ofField, orderLink } from './board/overrides.ts';
import { lineTable, logLines, text, trace, traceTable } from './board/tables.ts';
import { logQuery, traceById, traceQuery } from './board/target.ts';
import { asNamedSentence, asSentence } from './log-line.ts';

const how = `Click an **order** in the list to see its log and its trace, or type an order id above; its first letters narrow the list.
On a terminal: \`docker compose run --rm tools journey <order id>\`, after npm start \`npm run journey -- <order id>\`.
A trace's links (*References*) lead to the other two contributions of an order, or from a timeout to the order that it ended.`;

/** A search that finds nothing: with an empty trace id Grafana marks the panel with an error. */
const NO_TRACE = '{ false }';
const traceLink = `/d/one-order?var-order=\${order}&var-trace=\${__value.raw}&\${__url_time_range}`;
const DECIDED = 'decision=~"ready|cancelled|timeout"';

const find = row(
  'What happened to it? Choose an order: what the services did with it, and why, seconds after they did.',
  text({ title: 'How to', description: 'How to use this page.', height: 4 }, how),
  lineTable(
    {
      Time: 'time',
      service_name: 'service',
      severity_text: 'level',
      order_id: 'order',
      Line: 'what, and why',
      trace_id: 'trace',
    },
    {
      title: 'Recent orders, or all that was said of one',
      description:
        'The orders that were decided last, or, once an order is chosen, every log line of it. Click the order to choose it and its trace.',
      targets: {
        ...logQuery(
          `{service_name=~".+"} | order_id=~"$order.*" | order_id!="" | ${DECIDED} or order_id="$order" ${asSentence}`,
        ),
        maxLines: 50,
      },
      height: 10,
      noValue: 'no log line in this time range',
      overrides: [
        ofField('time', 'unit', 'time:HH:mm:ss.SSS'),
        linked('order', 'Show it', orderLink),
        linked('trace', 'Show it here', traceLink),
        ...Object.entries({ time: 110, service: 180, level: 70, order: 300, trace: 290 }).map(([column, width]) =>
          ofField(column, 'custom.width', width),
        ),
      ],
    },
  ),
);

const itsTrace = row(
  'Where did the time go? Its trace: each step, in which service, and for how long.',
  trace({
    title: 'Trace of the chosen order',
    description:
      'Who published what, who took it, and how long each step took. From a span to its logs: the button on the span.',
    targets: traceById('$trace'),
  }),
  logLines({
    title: 'Log lines of this trace',
    description: 'The same by trace id: also what is said of messages that are no order.',
    noValue: 'choose an order above',
    targets: logQuery(`{service_name=~".+"} | trace_id="$trace" | trace_id!="" ${asNamedSentence}`),
  }),
  traceTable({
    title: 'All its traces, found half a minute after their end',
    description:
      'The trace that began with POST /orders, and one more for each time that its deadline was attended to. The list above is faster.',
    targets: traceQuery('{ span.pizza.order.id = "$order" }'),
    overrides: [linked('traceID', 'Show it here', traceLink)],
  }),
);

/** From an id to everything that is known of it. */
export const oneOrder = () =>
  dashboard({
    uid: 'one-order',
    title: 'One order',
    description: 'Everything about one order: its log and its traces, by order id or trace id.',
    from: 'now-1h',
    refresh: '',
    variables: [textVariable('order', 'Order id'), textVariable('trace', 'Trace id', NO_TRACE)],
    rows: [find, itsTrace],
  });
