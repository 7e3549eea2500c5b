import { row } from './board/dashboard.ts';
import { linked, ofField } from './board/overrides.ts';
import { colour } from './board/palette.ts';
import { areas } from './board/panels.ts';
import { logLines, traceTable } from './board/tables.ts';
import { logQuery, logsOverTime, traceQuery } from './board/target.ts';
import { asNamedSentence } from './log-line.ts';

const LINES = '{service_name=~"$service"}';
const LEVELS = { info: colour.waiting, warn: colour.warning, error: colour.bad, fatal: colour.bad };

/** What the chosen services log, and the traces behind it. */
export const logRow = row(
  'What do they say? Their log by level, and the traces of what was slow or failed.',
  areas(
    'Log lines by level',
    'Lines per second. Warnings are retried; errors are dead letters and defects: the lines are in the next panel.',
    logsOverTime(`sum by (severity_text) (rate(${LINES} [$__auto]))`, '{{severity_text}}'),
    {
      width: 8,
      height: 10,
      unit: 'perSecond',
      overrides: Object.entries(LEVELS).map(([level, fixedColor]) =>
        ofField(level, 'color', { mode: 'fixed', fixedColor }),
      ),
    },
  ),
  logLines({
    title: 'Everything unusual',
    description:
      'Log lines but for orders that became ready or still wait. A line’s details lead to its trace, and to all of its order.',
    targets: logQuery(`${LINES} | decision!~"ready|stuck" ${asNamedSentence}`),
    width: 16,
  }),
  traceTable({
    title: 'Slow or failed traces, if any',
    description: 'Traces in which a step of a chosen service failed or took more than a second. Click one to see it.',
    targets: traceQuery('{ resource.service.name =~ "$service" && (status = error || duration > 1s) }'),
    overrides: [linked('traceID', 'Show it', `/d/one-order?var-trace=\${__value.raw}&\${__url_time_range}`)],
  }),
);
