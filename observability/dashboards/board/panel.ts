import { thresholds as steps, type Thresholds, type Unit, unit } from './palette.ts';
import type { Datasource, Target } from './target.ts';

export interface Link {
  readonly title: string;
  readonly url: string;
}

/** A panel without its place. */
export interface Panel {
  readonly type: string;
  readonly title: string;
  /** What one sees, and what to do. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly datasource?: Datasource | undefined;
  readonly targets: readonly Target[];
  readonly fieldConfig: { readonly defaults: object; readonly overrides: readonly object[] };
  readonly options: object;
  readonly transformations?: readonly object[];
  readonly links?: readonly Link[];
}

/** What every panel is made from. Width: of 24 columns. Height: of rows of 30 px. */
export interface PanelInput {
  readonly title: string;
  readonly description: string;
  readonly targets: readonly Target[];
  readonly unit?: Unit;
  readonly width?: number;
  readonly height?: number;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  readonly thresholds?: Thresholds;
  /** Instead of "No data": say what it means here. A missing series of a health panel is never a zero. */
  readonly noValue?: string;
  /** Of a stat: the series' name beside its value, even if there is only one. */
  readonly named?: boolean;
  readonly overrides?: readonly object[];
  readonly links?: readonly Link[];
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

/** A panel of any kind, from what is common to all. */
export function panel(input: PanelInput, kind: Kind): Panel {
  const { title, description, targets, width = kind.width, height = kind.height, links } = input;
  const { decimals, min, max, noValue } = input;
  return {
    type: kind.type,
    title,
    description,
    width,
    height,
    datasource: targets[0]?.datasource,
    targets: targets.map((target, index) => ({ refId: String.fromCharCode(65 + index), ...target })),
    fieldConfig: {
      defaults: {
        unit: input.unit ?? unit.count,
        thresholds: thresholdSteps(input.thresholds ?? steps.plain),
        ...given({ decimals, min, max, noValue }),
        ...kind.defaults,
        ...(kind.custom && { custom: kind.custom }),
      },
      overrides: input.overrides ?? [],
    },
    options: kind.options,
    ...(kind.transformations && { transformations: kind.transformations }),
    ...(links && { links }),
  };
}

const thresholdSteps = ([base, ...rest]: Thresholds): object => ({
  mode: 'absolute',
  steps: [{ color: base, value: null }, ...rest.map(([value, color]) => ({ color, value }))],
});

/** Without what was not said. */
const given = (options: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
