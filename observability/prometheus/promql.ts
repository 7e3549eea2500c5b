import { metrics } from '#shared/telemetry/metrics/metrics.ts';

/** Metric of the catalogue -> its name in Prometheus. */
export const names = Object.fromEntries(Object.entries(metrics).map(([key, { name }]) => [key, name])) as Readonly<
  Record<keyof typeof metrics, string>
>;

/** The length of a panel's time range, and the shortest window with enough samples. */
export const RANGE = '$__range';
const WINDOW = '$__rate_interval';
/** From one point of a panel to the next. */
const STEP = '$__interval';

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

/** The same in seconds. */
const SECONDS: Readonly<Record<string, string>> = {
  [RANGE]: '$__range_s',
  [WINDOW]: '$__rate_interval_ms / 1000',
  [STEP]: '$__interval_ms / 1000',
};

/**
 * The increase of a process' counter. One that was not scraped before counts whole: what a restarted process catches up on is
 * in its first scrape already, which `increase` takes for the start. An old process after a gap of the scrapes is not meant.
 */
export const growth = (series: string, window: string): string =>
  [
    `(${series} and on (instance) time() - process_start_time_seconds < ${SECONDS[window]} + 60`,
    `unless ${series} offset ${window} or increase(${series}[${window}]))`,
  ].join(' ');

/** A quantile of a histogram. `histogram` without `_bucket`, with its selector apart. */
export const quantile = (q: number, histogram: string, { labels = '', selector = '', window = WINDOW } = {}): string =>
  `histogram_quantile(${q}, sum by (le${labels && `, ${labels}`}) (${growth(`${histogram}_bucket${selector}`, window)}))`;

/** How many are in each bucket of a histogram, each counted at one point of the panel. */
export const perBucket = (histogram: string, selector = ''): string =>
  `sum by (le) (${growth(`${histogram}_bucket${selector}`, STEP)})`;

export const mean = (histogram: string): string =>
  `sum(${growth(`${histogram}_sum`, RANGE)}) / (sum(${growth(`${histogram}_count`, RANGE)}) > 0)`;

/** Nothing instead of NaN where there is nothing to divide by. */
export const ratio = (part: string, whole: string): string => `(${part}) / ((${whole}) > 0)`;

/** The parts that are ever above 0 in the panel's time range. Without any, the whole (0) under the label `none`: a calm time is no gap. */
export const positive = (parts: string, whole: string, label: string): string =>
  `${parts} and max_over_time((${parts})[${RANGE}:] @ end()) > 0 or on () ${labelled(whole, { [label]: 'none' })}`;

/** With these labels, too. */
export const labelled = (vector: string, labels: Readonly<Record<string, string | number>>): string =>
  Object.entries(labels).reduce(
    (query, [name, value]) => `label_replace(${query}, "${name}", "${value}", "", "")`,
    vector,
  );

export const shareOf = (parts: string, whole: string): string => `${parts} / on () group_left () (${whole} > 0)`;
