/** Lines over the time of a run. `spans` are shaded over the whole height; those of one name share a row. */
export interface Chart {
  /** Part of its file's name: `time-to-ready`. */
  readonly name: string;
  readonly title: string;
  /** Of the values: `ms`, `orders/s`. */
  readonly unit: string;
  readonly series: readonly Series[];
  readonly spans?: readonly TimeSpan[];
}

export interface Series {
  readonly name: string;
  readonly colour: string;
  /** Seconds (0: the start, or whatever the report counts from) and the value; a NaN is a gap. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

/** Something that lasted, such as a fault or an alert. Seconds. */
export interface TimeSpan {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What something means has one colour in all pictures: green is good, red is bad. */
export const palette = {
  placed: '#2a6fdb',
  ready: '#2f9e5f',
  cancelled: '#d9930d',
  timeout: '#d0342c',
  lost: '#7a1fa2',
  p50: '#2a6fdb',
  p99: '#8fb4ee',
} as const;

const WIDTH = 860;
const HEIGHT = 270;
const PLOT = { left: 64, right: WIDTH - 16, top: 56, bottom: HEIGHT - 34 } as const;
const TICKS = 5;
const ROUND_STEPS = [1, 2, 2.5, 5, 10] as const;

/** As SVG text that loads nothing: no script, no font, no network. */
export function lineChart({ title, unit, series, spans = [] }: Chart): string {
  const points = series.flatMap((one) => one.points.filter(([, value]) => Number.isFinite(value)));
  const times = points.map(([seconds]) => seconds);
  const [from, to] = [Math.min(0, ...times), Math.max(1, ...times)];
  const highest = Math.max(0, ...points.map(([, value]) => value)) || 1;
  const yStep = stepFor(highest);
  const top = Math.ceil(highest / yStep - 1e-9) * yStep;
  const x = (seconds: number) => {
    const share = (Math.min(Math.max(seconds, from), to) - from) / (to - from);
    return round(PLOT.left + share * (PLOT.right - PLOT.left));
  };
  const y = (value: number) => round(PLOT.bottom - (value / top) * (PLOT.bottom - PLOT.top));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#5b6473">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="600" fill="#1f2430">${escaped(title)}</text>`,
    `<text x="${PLOT.right}" y="22" text-anchor="end">${escaped(unit)}</text>`,
    ...multiples(0, top, yStep).map((value) => gridLine(y(value), value)),
    ...multiples(from, to, stepFor(to - from)).map((seconds) => timeMark(x(seconds), seconds)),
    ...shades(spans, x),
    ...legend(series),
    ...series.map((one) => line(one, x, y)),
    '</svg>',
  ].join('\n');
}

function stepFor(length: number): number {
  const rough = length / TICKS;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  return (ROUND_STEPS.find((factor) => factor * magnitude >= rough) ?? 10) * magnitude;
}

function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(6)));
}

const gridLine = (y: number, value: number): string =>
  `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="#e3e7ee"/>` +
  `<text x="${PLOT.left - 8}" y="${y + 4}" text-anchor="end">${value}</text>`;

function timeMark(x: number, seconds: number): string {
  const minutes = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return `<text x="${x}" y="${HEIGHT - 12}" text-anchor="middle">${seconds < 120 ? `${seconds} s` : minutes}</text>`;
}

function shades(spans: readonly TimeSpan[], x: (seconds: number) => number): string[] {
  const rows = [...new Set(spans.map(({ name }) => name))];
  return spans.map(({ name, from, to }) => {
    const width = Math.max(2, round(x(to) - x(from)));
    const shade = `<rect x="${x(from)}" y="${PLOT.top}" width="${width}" height="${PLOT.bottom - PLOT.top}" fill="#d0342c" opacity="0.1"/>`;
    return `${shade}<text x="${x(from) + 4}" y="${PLOT.top + 14 + rows.indexOf(name) * 14}" fill="#d0342c">${escaped(name)}</text>`;
  });
}

function legend(series: readonly Series[]): string[] {
  const widths = series.map(({ name }) => name.length * 7 + 34);
  return series.map(({ name, colour }, index) => {
    const x = 12 + widths.slice(0, index).reduce((sum, width) => sum + width, 0);
    return `<rect x="${x}" y="36" width="14" height="4" rx="2" fill="${colour}"/><text x="${x + 20}" y="42" fill="#1f2430">${escaped(name)}</text>`;
  });
}

/** A point between two gaps is a dot: a line of one point would not be seen. */
function line({ colour, points }: Series, x: (seconds: number) => number, y: (value: number) => number): string {
  const isGap = (index: number) => !Number.isFinite(points[index]?.[1]);
  const shown = points.flatMap(([seconds, value], index) =>
    isGap(index) ? [] : [{ index, at: `${x(seconds)} ${y(value)}`, isFirst: isGap(index - 1) }],
  );
  const path = shown.map(({ at, isFirst }) => `${isFirst ? 'M' : 'L'}${at}`).join('');
  const dots = shown
    .filter(({ index, isFirst }) => isFirst && isGap(index + 1))
    .map(({ at }) => `<circle transform="translate(${at})" r="2" fill="${colour}"/>`);
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.8" stroke-linejoin="round"/>${dots.join('')}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Text as it may stand in HTML and SVG. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
