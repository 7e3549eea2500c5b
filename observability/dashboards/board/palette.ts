import { everyJob, flow } from '../../shown-pattern.ts';

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
  conflict: '#c2528b',
  invalid: 'super-light-red',
} as const;

export type Colour = (typeof colour)[keyof typeof colour];

/** Grafana's name, and what an axis shows at least, so that small numbers look small, and a 0 lies on the ground. */
const units = {
  /** Whole things: orders, events, messages; 1,220 rather than 1.22 K. */
  count: { grafana: 'locale', softMax: 4 },
  perSecond: { grafana: 'suffix: /s', softMax: 1 },
  seconds: { grafana: 's', softMax: 0.02 },
  /** 0 to 1, shown as percent. */
  share: { grafana: 'percentunit', softMax: 0.1 },
  bytes: { grafana: 'bytes', softMax: 2 ** 20 },
  /** Of whole pounds, euros …: its name says which. */
  money: { grafana: 'locale', softMax: 10 },
} as const;

export type Unit = keyof typeof units;
export const grafanaUnit = (unit: Unit): string => units[unit].grafana;
export const softMaxOf = (unit: Unit): number => units[unit].softMax;

/** From which value on which colour; the first step has no value. */
export type Thresholds = readonly [Colour, ...(readonly [from: number, Colour])[]];

export const thresholds = {
  plain: [colour.neutral],
  /** Zero is the only good value, on both sides. */
  exactlyZero: [colour.bad, [0, colour.good], [0.001, colour.bad]],
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

/** Series by what a legend calls them. */
const outcomes: Readonly<Record<string, Colour>> = {
  created: colour.created,
  'ready|ok|sold': colour.ready,
  'cancelled|rejected|refunded': colour.cancelled,
  'timeout|timed out|retry': colour.timeout,
  'duplicate|captured|waiting': colour.waiting,
  'late|held': colour.warning,
  conflict: colour.conflict,
  invalid: colour.invalid,
  'dead_letter|lost': colour.bad,
};

/** One per service, those of other patterns last; none is the colour of an outcome. */
const services = ['#f2a900', '#c08a50', '#cc7aa5', '#56b4e9', '#1fbf92', '#a98bd0', '#8f9a3c', '#7d93b8'] as const;
const ownersColour = (index: number) => services[index % services.length] ?? colour.neutral;

/** What a legend calls a service's series: after its domain, or after the stage of the funnel that it fulfils. */
function wordsOf(service: string): string {
  const domain = service.replace(/-service$/, '');
  const stage = flow.requirements.find(({ name }) => name === domain)?.stage.replaceAll('_', ' ');
  return `(^|for )${domain}\\b${stage ? `|^${stage}$` : ''}`;
}

interface SeriesColour {
  /** Of the series' name. */
  readonly pattern: string;
  /** A legend of one of these labels may have that name. */
  readonly labels: RegExp;
  readonly colour: string;
}

/** The same service, and the same outcome, has the same colour on every dashboard. A later one wins. */
export const seriesColours: readonly SeriesColour[] = [
  ...Object.entries(outcomes).map(([names, colour]) => ({
    pattern: `^(${names})( [A-Z]{3})?$`,
    labels: /outcome/,
    colour,
  })),
  ...everyJob.map((service, index) => ({
    pattern: wordsOf(service),
    labels: /service|job|instance|durable|type|kind|reason|missing|last/,
    colour: ownersColour(index),
  })),
  // Waits for several services: for none in particular.
  { pattern: '\\+', labels: /missing/, colour: colour.neutral },
];
