import { colour, unit } from './palette.ts';
import { type Panel, type PanelInput, panel } from './panel.ts';

/** The kinds of panel that the dashboards are made of. */

const lastValue = { calcs: ['lastNotNull'], fields: '', values: false };
const bottomLegend = { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] };
const tooltip = { mode: 'multi', sort: 'desc' };
const line = {
  drawStyle: 'line',
  lineWidth: 2,
  fillOpacity: 8,
  showPoints: 'never',
  // A gap is a gap: what was not scraped is unknown.
  spanNulls: false,
  lineInterpolation: 'linear',
};

/** One number, or a few side by side. */
export const stat = (input: PanelInput): Panel =>
  panel(input, {
    type: 'stat',
    width: 4,
    height: 4,
    defaults: { color: { mode: 'thresholds' } },
    options: {
      reduceOptions: lastValue,
      colorMode: input.thresholds ? 'background' : 'value',
      graphMode: 'none',
      textMode: input.named ? 'value_and_name' : 'auto',
      justifyMode: 'auto',
      orientation: 'auto',
      wideLayout: true,
    },
  });

export const lines = (input: PanelInput): Panel =>
  panel(input, {
    type: 'timeseries',
    width: 12,
    height: 8,
    defaults: { color: { mode: 'palette-classic' } },
    custom: input.thresholds ? { ...line, thresholdsStyle: { mode: 'dashed' } } : line,
    options: { legend: bottomLegend, tooltip },
  });

/** Parts of a whole, over time. */
export const areas = (input: PanelInput): Panel =>
  panel(input, {
    type: 'timeseries',
    width: 12,
    height: 8,
    defaults: { color: { mode: 'palette-classic' } },
    custom: { ...line, lineWidth: 1, fillOpacity: 45, stacking: { mode: 'normal', group: 'A' } },
    options: { legend: bottomLegend, tooltip },
  });

/** One bar per target or series, in their order. */
export const bars = (input: PanelInput): Panel =>
  panel(input, {
    type: 'bargauge',
    width: 8,
    height: 8,
    defaults: {
      min: 0,
      color: input.thresholds ? { mode: 'thresholds' } : { mode: 'fixed', fixedColor: colour.waiting },
    },
    options: {
      reduceOptions: lastValue,
      orientation: 'horizontal',
      displayMode: 'basic',
      valueMode: 'color',
      namePlacement: 'auto',
      showUnfilled: true,
      sizing: 'auto',
      minVizWidth: 8,
      minVizHeight: 16,
      maxVizHeight: 60,
    },
  });

/** A classic histogram over time. The scheme reads in both themes. */
export const heatmap = (input: PanelInput): Panel =>
  panel(input, {
    type: 'heatmap',
    width: 12,
    height: 8,
    options: {
      calculate: false,
      color: { mode: 'scheme', scheme: 'Blues', exponent: 0.5, steps: 64, reverse: false },
      cellGap: 1,
      yAxis: { unit: input.unit ?? unit.seconds, axisPlacement: 'left' },
      // What a cell counts is no duration.
      cellValues: { unit: unit.count, decimals: 0 },
      rowsFrame: { layout: 'auto' },
      exemplars: { color: 'rgba(255,120,0,0.9)' },
      tooltip: { mode: 'single', yHistogram: true, showColorScale: false },
      legend: { show: true },
      filterValues: { le: 1e-9 },
      showValue: 'never',
    },
  });
