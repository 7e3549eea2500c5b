import { coloursOf, isDetailed } from './overrides.ts';
import { colour, grafanaUnit, softMaxOf, thresholds } from './palette.ts';
import { type Panel, type PanelOptions, panel } from './panel.ts';
import type { Target } from './target.ts';

/** Title, description (what one sees, and what to do), queries, and how it differs from others of its kind. */
type Make = (title: string, description: string, targets: Target | readonly Target[], options?: PanelOptions) => Panel;

const lastValue = { calcs: ['lastNotNull'], fields: '', values: false };

/** One number, or a few side by side. */
export const stat: Make = (title, description, targets, options = {}) =>
  panel(
    { title, description, targets, noValue: 'unknown', ...options },
    {
      type: 'stat',
      width: 6,
      height: 4,
      defaults: { color: { mode: 'thresholds' } },
      options: {
        reduceOptions: lastValue,
        colorMode: options.thresholds ? 'background' : 'value',
        graphMode: 'none',
        textMode: options.named ? 'value_and_name' : 'auto',
        justifyMode: 'auto',
        orientation: 'auto',
        wideLayout: true,
        // Else each tile fits its own text.
        text: { titleSize: 14, valueSize: 28 },
      },
    },
  );

const withColours = (targets: Target | readonly Target[], { overrides = [] }: PanelOptions): readonly object[] => [
  ...coloursOf([targets].flat()),
  ...overrides,
];

/** One bar per target or series, in their order. */
export const bars: Make = (title, description, targets, options = {}) =>
  panel(
    { title, description, targets, ...options, overrides: withColours(targets, options) },
    {
      type: 'bargauge',
      width: 8,
      height: 8,
      defaults: { min: 0, color: { mode: 'fixed', fixedColor: colour.waiting } },
      options: {
        reduceOptions: lastValue,
        orientation: options.sideBySide ? 'vertical' : 'horizontal',
        displayMode: 'basic',
        valueMode: 'color',
        namePlacement: 'auto',
        showUnfilled: true,
        text: { titleSize: 12, valueSize: 22 },
        sizing: 'auto',
        minVizWidth: 8,
        minVizHeight: 16,
        maxVizHeight: 60,
      },
    },
  );

/** Many names are a table, the greatest first; a few are a line. */
const legendOf = (targets: readonly Target[], width: number) => ({
  showLegend: true,
  ...(targets.some(({ legendFormat }) => isDetailed(String(legendFormat)))
    ? {
        displayMode: 'table',
        placement: width < 12 ? 'bottom' : 'right',
        calcs: ['max'],
        sortBy: 'Max',
        sortDesc: true,
      }
    : { displayMode: 'list', placement: 'bottom', calcs: [] }),
});

const limitsOf = ({ thresholds: [, ...limits] = thresholds.plain }: PanelOptions) => limits.map(([from]) => from);

/** Series over time, from zero. A gap is a gap: what was not scraped is unknown. */
const overTime =
  (look: object): Make =>
  (title, description, targets, options = {}) =>
    panel(
      { title, description, targets, min: 0, ...options, overrides: withColours(targets, options) },
      {
        type: 'timeseries',
        width: 12,
        height: 8,
        defaults: { color: { mode: 'palette-classic' } },
        custom: {
          drawStyle: 'line',
          lineWidth: 2,
          fillOpacity: 8,
          showPoints: 'never',
          spanNulls: false,
          lineInterpolation: 'linear',
          // A line is in sight before it is reached.
          axisSoftMax: Math.max(softMaxOf(options.unit ?? 'count'), ...limitsOf(options)),
          ...look,
          ...(options.thresholds && { thresholdsStyle: { mode: 'dashed' } }),
        },
        options: {
          legend: legendOf([targets].flat(), options.width ?? 12),
          tooltip: { mode: 'multi', sort: 'desc' },
        },
      },
    );

export const lines = overTime({});
/** Parts of a whole. Without lines: that of a 0 would lie on top of the others. */
export const areas = overTime({ lineWidth: 0, fillOpacity: 60, stacking: { mode: 'normal', group: 'A' } });

/** A classic histogram of seconds over time. The scheme reads in both themes. */
export const heatmap: Make = (title, description, targets, options) =>
  panel(
    { title, description, targets, unit: 'seconds', ...options },
    {
      type: 'heatmap',
      width: 12,
      height: 8,
      options: {
        calculate: false,
        color: { mode: 'scheme', scheme: 'Blues', exponent: 0.5, steps: 64, reverse: false },
        cellGap: 1,
        yAxis: { unit: grafanaUnit('seconds'), axisPlacement: 'left' },
        // A cell counts events; only the axis is a duration.
        cellValues: { unit: grafanaUnit('count'), decimals: 0 },
        rowsFrame: { layout: 'auto' },
        exemplars: { color: 'rgba(255,120,0,0.9)' },
        tooltip: { mode: 'single', yHistogram: true, showColorScale: false },
        legend: { show: true },
        filterValues: { le: 1e-9 },
        showValue: 'never',
      },
    },
  );
