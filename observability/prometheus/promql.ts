import { metrics } from '#shared/telemetry/metrics/metrics.ts';

/** Metric of the catalogue -> its name in Prometheus. */
export const names = Object.fromEntries(Object.entries(metrics).map(([key, { name }]) => [key, name])) as Readonly<
  Record<keyof typeof metrics, string>
>;

/** The length of a panel's time range, and the shortest window with enough samples. */
export const RANGE = '$__range';
const WINDOW = '$__rate_interval';

const by = (labels: string): string => (labels ? ` by (${labels})` : '');

/** A gauge of the store or the broker, now. Every replica reports the same value: sum per instance, then take the highest. */
export const kept = (series: string, labels = ''): string =>
  `max${by(labels)} (sum by (instance${labels && `, ${labels}`}) (${series}))`;

export const keptIncrease = (series: string, labels = '', window = RANGE): string =>
  kept(`increase(${series}[${window}])`, labels);
export const keptRate = (series: string, labels = ''): string => kept(`rate(${series}[${WINDOW}])`, labels);

/** The increase of one series in whole numbers: `increase` extrapolates. */
export const grown = (series: string): string =>
  `max(max_over_time(${series}[${RANGE}])) - min(min_over_time(${series}[${RANGE}]))`;

/** A counter of processes: each counts for itself, so they are summed. */
export const rate = (series: string, labels = '', window = WINDOW): string =>
  `sum${by(labels)} (rate(${series}[${window}]))`;
export const increase = (series: string, labels = '', window = RANGE): string =>
  `sum${by(labels)} (increase(${series}[${window}]))`;

/** A quantile of a histogram. `histogram` without `_bucket`, with its selector apart. */
export const quantile = (q: number, histogram: string, { labels = '', selector = '', window = WINDOW } = {}): string =>
  `histogram_quantile(${q}, sum by (le${labels && `, ${labels}`}) (rate(${histogram}_bucket${selector}[${window}])))`;

export const mean = (histogram: string): string =>
  `${rate(`${histogram}_sum`, '', RANGE)} / (${rate(`${histogram}_count`, '', RANGE)} > 0)`;

/** Nothing instead of NaN where there is nothing to divide by. */
export const ratio = (part: string, whole: string): string => `(${part}) / ((${whole}) > 0)`;

/** The parts above 0. While there is none, the whole (0) under the label `none`, so that a calm time is not a gap. */
export const positive = (parts: string, whole: string, label: string): string =>
  `${parts} > 0 or on () label_replace(${whole}, "${label}", "none", "", "")`;

export const shareOf = (parts: string, whole: string): string => `${parts} / on () group_left () (${whole} > 0)`;
