import { labelled } from '../prometheus/promql.ts';
import { type Slo, slos } from '../slo.ts';
import { judged, linked } from './board/overrides.ts';
import type { Unit } from './board/palette.ts';
import { table } from './board/tables.ts';
import { asTable } from './board/target.ts';

const { intakeAvailability, intakeLatency, timeToReady, ordersDecided } = slos;

/** The runs that the reader has chosen. */
export const OF_RUN = 'testid=~"$testid"';
/** k6 polls the orders, too: only what it posts is load. */
export const POSTED = `name="POST /orders", ${OF_RUN}`;

/** The last figure of each run, although k6 ends its series with the run. */
const last = (series: string) => `max by (testid) (last_over_time(${series}[$__range]))`;
const count = (series: string) => `sum by (testid) (max_over_time(${series}[$__range]))`;
const requests = count(`k6_http_reqs_total{${POSTED}}`);
/** A table without rows shows nothing but its heading. */
const NONE = labelled('vector(0)', { testid: 'none in this time range: docker compose run --rm k6 smoke' });
/** A counter of k6 has no series before its first increment. */
const orNone = (series: string) => `(${count(series)} or 0 * ${requests})`;

/** What must not happen under any load: the thresholds that each profile has (loadtest/k6/thresholds.ts). */
const CHECKS = [
  'orders_lost',
  'orders_failed',
  'orders_doubled',
  'orders_ended_wrongly',
  'refused_without_retry_after',
].map((counter) => orNone(`k6_${counter}_total{${OF_RUN}}`));

type Figure = readonly [title: string, query: string, target: number, unit?: Unit];

const missed = ({ objective }: Slo) => Number((1 - objective).toPrecision(6));
/** `answer p99 (< 0.25 s)`: the quantile is the objective. */
function latency(what: string, series: (suffix: string) => string, { objective, withinSeconds = 0 }: Slo): Figure {
  const p = `p${objective * 100}`;
  return [`${what} ${p} (< ${withinSeconds} s)`, last(series(p)), withinSeconds, 'seconds'];
}
const share = (what: string, query: string, slo: Slo): Figure => [
  `${what} (≤ ${missed(slo) * 100} %)`,
  query,
  missed(slo),
  'share',
];

const figures: readonly Figure[] = [
  share(
    'failed',
    `${orNone(`k6_http_reqs_total{${POSTED}, expected_response="false"}`)} / ${requests}`,
    intakeAvailability,
  ),
  latency('answer', (p) => `k6_http_req_duration_${p}{${POSTED}}`, intakeLatency),
  latency('ready', (p) => `k6_time_to_ready_${p}{${OF_RUN}}`, timeToReady),
  share('undecided', last(`k6_orders_undecided_rate{${OF_RUN}}`), ordersDecided),
  ['dropped (0)', orNone(`k6_dropped_iterations_total{${OF_RUN}}`), 1],
  ['failed checks (0)', CHECKS.join(' + '), 1],
];

const titles = ['requests', ...figures.map(([title]) => title)];
const columns = titles.map((title, index) => [`Value #${String.fromCharCode(65 + index)}`, title]);

/** One row per k6 run: its figures, with the SLO at which it fails in each column's title. */
export const loadRuns = table(
  { testid: 'run', ...Object.fromEntries(columns) },
  {
    title: 'Load tests in this time range',
    description:
      'One row per run of k6, its last figures also after its end; red: the target in the title is missed. failed: answers other than 202. dropped: k6 had no free user, so the rate was lower than asked for. failed checks: orders lost, doubled or ended wrongly, answers that are no answer, refusals without Retry-After. Click a run to see it alone.',
    targets: [`${requests} or on () ${NONE}`, ...figures.map(([, query]) => query)].map(asTable),
    height: 5,
    overrides: [
      ...figures.map(([title, , target, unit]) => judged(title, target, unit)),
      linked('run', 'Show this run', `/d/load-and-chaos?var-testid=\${__value.raw}&\${__url_time_range}`),
    ],
  },
);
