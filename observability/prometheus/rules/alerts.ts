import { correlators, everyConsumer, everyJob, intake, jobs } from '../../shown-pattern.ts';
import { burnRates, overdueSeconds, slos } from '../../slo.ts';
import { names } from '../promql.ts';
import { type AlertName, dashboardOf, runbookLink, type Severity } from './alert-catalogue.ts';
import type { AlertingRule, RuleGroup } from './rule.ts';
import { errorRatio, eventCount } from './slo-rules.ts';
import { state } from './state-rules.ts';

interface Alert {
  readonly alert: AlertName;
  readonly severity: Severity;
  readonly expr: string;
  readonly for?: string;
  readonly summary: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Its address, by a label of Prometheus; nothing where no Grafana runs. */
const GRAFANA = '{{ $externalLabels.grafana }}';

const toRule = ({ alert, severity, expr, summary, labels, ...rest }: Alert): AlertingRule => ({
  alert,
  expr,
  ...rest,
  labels: { severity, ...labels },
  annotations: {
    summary,
    dashboard: `${GRAFANA}/d/${dashboardOf[alert]}`,
    runbook_url: `${GRAFANA}${runbookLink(alert)}`,
  },
});

const burns = Object.values(slos).flatMap((slo) =>
  burnRates.map(({ alert, severity, factor, long, short, leastEvents }): Alert => {
    const most = Number((factor * (1 - slo.objective)).toPrecision(6));
    const burning = (window: string) => `${errorRatio(window)}{slo="${slo.name}"} > ${most}`;
    return {
      alert,
      severity,
      expr: [
        burning(long),
        `and ${burning(short)}`,
        `and ${eventCount(long)}{slo="${slo.name}"} >= ${leastEvents}`,
      ].join('\n'),
      summary: `${slo.title}: the error budget burns at ${factor} times what ${slo.objective * 100} % allows ({{ $value | humanizePercentage }} bad in ${long}).`,
      labels: { slo: slo.name, window: long },
    };
  }),
);

const { sweeperLag, oldestWaiting, money, deadLettersPending, consumerPending, consumerAckPending } = names;
const { orderStage, ordersWaiting, scrapeErrors, spansLost, streamFill, processing } = names;
const kitchenLag = `max(${sweeperLag}{service=~"${correlators}"})`;
/** A service's durable is named as the service. */
const byDurable = (how: string, series: string, label: string) =>
  `${how} by (durable) (label_replace(${series}, "durable", "$1", "${label}", "(.+)"))`;
/** Deliveries acknowledged per second. */
const acknowledged = byDurable('sum', `rate(${processing}_count[1m])`, 'service');
/** Some replica has had two minutes to begin and to catch up. A service that does not run is ServiceDown's. */
const hasStarted = `${byDurable('max', 'time() - process_start_time_seconds', 'job')} > 120`;
/** Reported before, or two minutes after Prometheus' first scrape: until then a first start is under way. */
const isExpected = (reported: string) => `(${reported} or up offset 2m)`;
/** One of another pattern is expected once it has been scraped. */
const shouldRun = (service: string) =>
  jobs.includes(service)
    ? isExpected(`max_over_time(up{job="${service}"}[10m]) == 1`)
    : `${state.expected}{job="${service}"}`;
/** Every service reports every durable. */
const notTaken = `min by (durable) (min_over_time(${consumerPending}[1m]) + min_over_time(${consumerAckPending}[1m]))`;

const conditions: readonly Alert[] = [
  {
    alert: 'OrdersWaitingGrowing',
    severity: 'warning',
    expr: `deriv(${state.waiting}[2m]) > 0.1\nand ${state.waiting} > 20`,
    for: '1m',
    summary: 'More orders begin to wait than are decided: {{ $value | humanize }} more every second.',
  },
  {
    alert: 'OrderOverdue',
    severity: 'page',
    // The kitchen knows each deadline. While it reports nothing, the intake's oldest order without an outcome counts; the
    // intake forgets an order after three deadlines, so the maximum over the last minutes.
    expr: `${kitchenLag} > ${overdueSeconds}\nor (max(max_over_time(${oldestWaiting}{service="${intake}"}[10m])) > ${2 * overdueSeconds} unless on () ${kitchenLag})`,
    for: '15s',
    summary: 'An order is past its deadline and nobody decides on it (for {{ $value | humanizeDuration }}).',
  },
  {
    alert: 'FunnelOutOfBalance',
    severity: 'page',
    expr: `${state.lost} > 0`,
    for: '15s',
    summary: '{{ $value }} orders are neither decided nor waiting: they were lost, or counted twice.',
  },
  {
    alert: 'MoneyOutOfBalance',
    severity: 'page',
    // Payment and kitchen are scraped at different moments: as much as is captured in 15 s may be on its way.
    expr: `abs(${state.moneyUnexplained})\n> 15 * max by (currency) (rate(${money}{flow="captured"}[1m]))`,
    for: '1m',
    summary: '{{ $value }} {{ $labels.currency }} (minor units) are captured, but neither sold, refunded nor held.',
  },
  {
    alert: 'DeadLetters',
    severity: 'warning',
    expr: `max by (service) (${deadLettersPending}) > 0`,
    summary: '{{ $labels.service }} gave up {{ $value }} messages: they are kept as dead letters.',
  },
  {
    alert: 'ConsumerStalled',
    severity: 'page',
    expr: `${notTaken} > 0\nunless on (durable) ${acknowledged} > 0\nand on (durable) ${hasStarted}`,
    for: '30s',
    summary: '{{ $labels.durable }} has {{ $value }} messages and acknowledges none.',
  },
  ...everyConsumer.map(
    (name): Alert => ({
      alert: 'ConsumerMissing',
      severity: 'page',
      // While the broker does not answer nobody reports anything of it.
      expr: `absent(${consumerPending}{durable="${name}"}) and on () count(${deadLettersPending}) and on () ${state.expected}{job="${name}"}`,
      for: '15s',
      summary: `NATS has no durable ${name}: the service consumes nothing. npm run set-up creates it.`,
      labels: { durable: name },
    }),
  ),
  ...everyJob.map(
    (service): Alert => ({
      alert: 'ServiceDown',
      severity: 'page',
      // Found by name in containers, a stopped one is not 0 but absent.
      expr: `absent(up{job="${service}"} == 1)\nand on () ${shouldRun(service)}`,
      for: '15s',
      summary: `No replica of ${service} answers a scrape.`,
      labels: { service },
    }),
  ),
  {
    alert: 'NoData',
    severity: 'page',
    expr: `(absent(${orderStage}{stage="created"}) or absent(${ordersWaiting}))\nand on () ${isExpected(`count_over_time(${orderStage}{stage="created"}[10m])`)}`,
    for: '30s',
    summary: 'Nobody reports the funnel: its panels are blind, and no balance can be judged.',
  },
  {
    alert: 'DependencyAway',
    severity: 'warning',
    // Two scrapes of one process, which an outage of 10 s is. One is extrapolated to at most 1.1.
    expr: `max by (service, source) (increase(${scrapeErrors}[1m])) > 1.5`,
    summary:
      '{{ $labels.service }} is not served by its {{ $labels.source }} ({{ if eq $labels.source "store" }}Redis{{ else }}NATS{{ end }}): it does not answer, or refuses.',
  },
  {
    alert: 'StreamFillingUp',
    severity: 'warning',
    expr: `max by (limit) (${streamFill}) > 0.8`,
    summary:
      'The event stream has used {{ $value | humanizePercentage }} of its limit of {{ $labels.limit }}: when it is full, no order is taken.',
  },
  {
    alert: 'SpansLost',
    severity: 'warning',
    expr: `sum by (service, reason) (increase(${spansLost}[5m])) > 0`,
    summary:
      '{{ $labels.service }} lost {{ $value | humanize }} spans in 5 minutes ({{ $labels.reason }}): traces have holes.',
  },
];

export const alertRules: readonly RuleGroup[] = [
  { name: 'conditions', rules: conditions.map(toRule) },
  { name: 'slo-burn', rules: burns.map(toRule) },
];
