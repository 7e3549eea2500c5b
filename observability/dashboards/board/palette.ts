/**
 * Colours and units by meaning: the same thing has the same colour on every dashboard. Grafana's own names follow the
 * light and the dark theme.
 */
export const colour = {
  good: 'green',
  ready: 'green',
  waiting: 'blue',
  cancelled: 'purple',
  timeout: 'orange',
  warning: 'yellow',
  bad: 'red',
  neutral: 'text',
  none: 'transparent',
  created: 'light-blue',
} as const;

export type Colour = (typeof colour)[keyof typeof colour];

const units = {
  /** Whole things: orders, events, messages; 1,220 rather than 1.22 K. */
  count: 'locale',
  perSecond: 'suffix: /s',
  seconds: 's',
  /** 0 to 1, shown as percent. */
  share: 'percentunit',
  bytes: 'bytes',
  /** Of whole pounds. */
  pounds: 'currencyGBP',
} as const;

export type Unit = keyof typeof units;
export const grafanaUnit = (unit: Unit): string => units[unit];

/** From which value on which colour; the first step has no value. */
export type Thresholds = readonly [Colour, ...(readonly [from: number, Colour])[]];

export const thresholds = {
  plain: [colour.neutral],
  /** Zero is the only good value, on both sides. */
  exactlyZero: [colour.bad, [0, colour.good], [0.5, colour.bad]],
  fewerIsBetter: (warning: number, bad: number): Thresholds => [
    colour.good,
    [warning, colour.warning],
    [bad, colour.bad],
  ],
  /** Of a share, so never below 0: what is not there is not bad either. */
  moreIsBetter: (warning: number, good: number): Thresholds => [
    colour.none,
    [0, colour.bad],
    [warning, colour.warning],
    [good, colour.good],
  ],
} as const;

/** Series by their name, as a legend shows it. */
export const colourOf = {
  created: colour.created,
  ready: colour.ready,
  cancelled: colour.cancelled,
  timeout: colour.timeout,
  'timed out': colour.timeout,
  ok: colour.good,
  duplicate: colour.waiting,
  late: colour.warning,
  conflict: colour.timeout,
  rejected: colour.cancelled,
  retry: colour.timeout,
  invalid: colour.bad,
  dead_letter: colour.bad,
  captured: colour.waiting,
  sold: colour.good,
  refunded: colour.cancelled,
  held: colour.warning,
} as const satisfies Readonly<Record<string, Colour>>;
