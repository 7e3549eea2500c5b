import { colour, grafanaUnit, seriesColours, type Unit } from './palette.ts';
import type { Target } from './target.ts';

/** One property of the series or column with this name. */
export const ofField = (name: string, id: string, value: unknown): object => ({
  matcher: { id: 'byName', options: name },
  properties: [{ id, value }],
});

/** Whether a service may have several series: they are told apart by their shades. */
export const isDetailed = (legend: string): boolean =>
  /}} p\d|\{\{(type|kind|reason|instance|currency)|}}.*{{/.test(legend);

/** The colour of each service and outcome that these targets may show, by their legends. */
export function coloursOf(targets: readonly Target[]): object[] {
  const legends = targets.map(({ legendFormat }) => String(legendFormat));
  const isShown = (pattern: string) =>
    legends.some((legend) => new RegExp(pattern).test(legend.replace('{{currency}}', 'GBP')));
  const mode = legends.some(isDetailed) ? 'shades' : 'fixed';
  return seriesColours
    .filter(
      ({ pattern, labels }) =>
        isShown(pattern) || legends.some((legend) => labels.test(legend.match(/{{.*}}/)?.[0] ?? '')),
    )
    .map(({ pattern, colour }) => ({
      matcher: { id: 'byRegexp', options: `/${pattern}/` },
      properties: [{ id: 'color', value: { mode, fixedColor: colour } }],
    }));
}

/** The cells of this column lead there; `${__value.raw}` is a cell's text. */
export const linked = (column: string, title: string, url: string): object =>
  ofField(column, 'links', [{ title, url }]);

/** Of a cell that holds an order's id, in a table with the column `trace`: the order, and its trace at once. */
export const orderLink = `/d/one-order?var-order=\${__value.raw}&var-trace=\${__data.fields.trace}&\${__url_time_range}`;

/** The numbers of this column: red from `bad` on. */
export const judged = (column: string, bad: number, unit: Unit = 'count'): object => ({
  matcher: { id: 'byName', options: column },
  properties: [
    { id: 'unit', value: grafanaUnit(unit) },
    { id: 'thresholds', value: { mode: 'absolute', steps: [step(colour.good), step(colour.bad, bad)] } },
    { id: 'custom.cellOptions', value: { type: 'color-text' } },
  ],
});

const step = (color: string, value: number | null = null) => ({ color, value });
