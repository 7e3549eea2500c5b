/**
 * The few ways in which this stack's metrics may be combined. What is kept in a store or at the broker every replica
 * reports alike: combined per instance first, then the highest. What a process counts for itself is summed.
 */

/** The length of a panel's time range, and the least window with enough samples. */
export const RANGE = '$__range';
export const WINDOW = '$__rate_interval';

const by = (labels: string): string => (labels ? ` by (${labels})` : '');

/** A gauge of the store or the broker, now. */
export const kept = (series: string, labels = ''): string =>
  `max${by(labels)} (sum by (instance${labels && `, ${labels}`}) (${series}))`;

/** How much a counter of the store grew. */
export const keptIncrease = (series: string, labels = '', window = RANGE): string =>
  `max${by(labels)} (sum by (instance${labels && `, ${labels}`}) (increase(${series}[${window}])))`;

export const keptRate = (series: string, labels = '', window = WINDOW): string =>
  `max${by(labels)} (sum by (instance${labels && `, ${labels}`}) (rate(${series}[${window}])))`;

/** The same in whole numbers, for one series: `increase` extrapolates. */
export const grown = (series: string): string =>
  `max(max_over_time(${series}[${RANGE}])) - min(min_over_time(${series}[${RANGE}]))`;

/** A counter of processes. */
export const rate = (series: string, labels = '', window = WINDOW): string =>
  `sum${by(labels)} (rate(${series}[${window}]))`;
export const increase = (series: string, labels = '', window = RANGE): string =>
  `sum${by(labels)} (increase(${series}[${window}]))`;

/** A quantile of a histogram. `series` without `_bucket`, with its selector apart. */
export const quantile = (q: number, histogram: string, { labels = '', selector = '', window = WINDOW } = {}): string =>
  `histogram_quantile(${q}, sum by (le${labels && `, ${labels}`}) (rate(${histogram}_bucket${selector}[${window}])))`;

/** The mean of a histogram. */
export const mean = (histogram: string, { labels = '', selector = '', window = WINDOW } = {}): string =>
  `sum${by(labels)} (rate(${histogram}_sum${selector}[${window}])) / (sum${by(labels)} (rate(${histogram}_count${selector}[${window}])) > 0)`;

/** Nothing instead of NaN where there is nothing to divide by. */
export const ratio = (part: string, whole: string): string => `(${part}) / ((${whole}) > 0)`;

/** Those parts that are more than 0; while none is, the whole (0) under the label `none`, so that a calm time is no gap. */
export const positive = (parts: string, whole: string, label: string): string =>
  `${parts} > 0 or on () label_replace(${whole}, "${label}", "none", "", "")`;

/** Each part of a vector as a share of one whole. */
export const shareOf = (parts: string, whole: string): string => `${parts} / on () group_left () (${whole} > 0)`;
