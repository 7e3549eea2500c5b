import { escaped, palette } from './line-chart.ts';

/** One value each, side by side. */
export interface BarChart {
  /** Part of its file's name: `orders-per-second`. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Of what was measured several times: shown as a line across the bar's end. */
  readonly range?: readonly [min: number, max: number];
}

const WIDTH = 860;
const ROW = 30;
const TOP = 44;
const PLOT = { left: 190, right: WIDTH - 90 } as const;

/** Lying bars from 0, as SVG text that loads nothing. A value that is no number has no bar. */
export function barChart({ title, unit, bars }: BarChart): string {
  const height = TOP + bars.length * ROW + 10;
  const longest =
    Math.max(0, ...bars.flatMap(({ value, range = [] }) => [value, ...range]).filter(Number.isFinite)) || 1;
  const lengthOf = (value: number) => round((Math.max(0, value) / longest) * (PLOT.right - PLOT.left));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" role="img" font-family="system-ui, sans-serif" font-size="13" fill="#1f2430">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="600">${escaped(title)}</text>`,
    `<text x="${WIDTH - 16}" y="22" text-anchor="end" fill="#5b6473">${escaped(unit)}</text>`,
    ...bars.map((bar, index) => row(bar, TOP + index * ROW, lengthOf)),
    '</svg>',
  ].join('\n');
}

function row({ name, value, range }: Bar, y: number, lengthOf: (value: number) => number): string {
  const label = `<text x="${PLOT.left - 10}" y="${y + 17}" text-anchor="end">${escaped(name)}</text>`;
  if (!Number.isFinite(value)) return `${label}<text x="${PLOT.left + 4}" y="${y + 17}" fill="#5b6473">–</text>`;
  const [from, to] = (range ?? [value, value]).map((end) => PLOT.left + lengthOf(end)) as [number, number];
  const bar = `<rect x="${PLOT.left}" y="${y + 2}" width="${lengthOf(value)}" height="${ROW - 8}" rx="2" fill="${palette.placed}"/>`;
  const whisker = from < to ? `<path d="M${from} ${y + 13}H${to}" stroke="#1f2430" stroke-width="2"/>` : '';
  const end = Math.max(to, PLOT.left + lengthOf(value));
  return `${label}${bar}${whisker}<text x="${end + 8}" y="${y + 17}">${Number(value.toPrecision(4))}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
