import { type AlertName, runbookLink } from '../../prometheus/rules/alert-catalogue.ts';
import { grafanaUnit, thresholds as steps, type Thresholds, type Unit } from './palette.ts';
import type { Target } from './target.ts';

interface Link {
  readonly title: string;
  readonly url: string;
}

/** A panel without its place. */
export type Panel = ReturnType<typeof panel>;

/** How a panel differs from others of its kind. */
export interface PanelOptions {
  readonly unit?: Unit;
  /** Of 24 columns. */
  readonly width?: number;
  /** In rows of 30 px. */
  readonly height?: number;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  readonly thresholds?: Thresholds;
  /** Shown instead of "No data": say what it means here. A missing series of a health panel is never a zero. */
  readonly noValue?: string;
  /** Of a stat: the series' name beside its value, even if there is only one. */
  readonly named?: boolean;
  /** Of bars: they stand, since what they show happens at once. */
  readonly sideBySide?: boolean;
  readonly overrides?: readonly object[];
  /** The alerts that watch what the panel shows: it links to their runbook pages. */
  readonly runbook?: readonly AlertName[];
  readonly links?: readonly Link[];
}

export interface PanelInput extends PanelOptions {
  readonly title: string;
  /** What one sees, and what to do. */
  readonly description: string;
  readonly targets?: Target | readonly Target[];
}

interface Kind {
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly options: object;
  readonly custom?: object;
  readonly defaults?: object;
  readonly transformations?: readonly object[];
}

export const toDashboard = (uid: string, title: string): Link => ({ title, url: `/d/${uid}?\${__url_time_range}` });

/** A panel of any kind. */
export function panel(input: PanelInput, kind: Kind) {
  const { title, description, width = kind.width, height = kind.height, overrides = [] } = input;
  const { unit = 'count', thresholds = steps.plain, decimals, min, max, noValue } = input;
  const targets = [input.targets ?? []].flat();
  const pages = (input.runbook ?? []).map((alert) => ({ title: `Runbook: ${alert}`, url: runbookLink(alert) }));
  const links = [...pages, ...(input.links ?? [])];
  return {
    type: kind.type,
    title,
    description,
    width,
    height,
    datasource: targets[0]?.datasource,
    targets: targets.map((target, index): Target => ({ refId: String.fromCharCode(65 + index), ...target })),
    fieldConfig: {
      defaults: {
        unit: grafanaUnit(unit),
        thresholds: thresholdSteps(thresholds),
        ...given({ decimals, min, max, noValue }),
        ...kind.defaults,
        ...given({ custom: kind.custom }),
      },
      overrides,
    },
    options: kind.options,
    ...given({ transformations: kind.transformations }),
    ...(links.length > 0 && { links }),
  };
}

const thresholdSteps = ([base, ...rest]: Thresholds): object => ({
  mode: 'absolute',
  steps: [{ color: base, value: null }, ...rest.map(([value, color]) => ({ color, value }))],
});

/** Without what is undefined. */
const given = (options: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
