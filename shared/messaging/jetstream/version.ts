/** The first version with several filters per consumer is 2.10.0; the first that reads the reason of a `+TERM` is this one. */
export const MIN_NATS_VERSION = '2.10.4';

/** `2.12.1` >= `2.10.4`, compared number by number; what follows a dash does not count. */
export const isAtLeast = (version = '0', least: string): boolean =>
  (version.split('-')[0] ?? '').localeCompare(least, 'en', { numeric: true }) >= 0;
