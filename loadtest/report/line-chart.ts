/** A picture of lines over the time of a run, as SVG text: no script, no font and no network is needed to see it. */
export interface Chart {
  readonly title: string;
  /** Of the values: `ms`, `orders/s`. */
  readonly unit: string;
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  readonly colour: string;
  /** Seconds since the start, and the value; a NaN is a gap. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

const WIDTH = 860;
const HEIGHT = 270;
const PLOT = { left: 64, right: 16, top: 56, bottom: 34 } as const;
const TICKS = 5;
const FONT = 'font-family="system-ui, sans-serif" font-size="12"';
const STEPS = [1, 2, 2.5, 5, 10] as const;

export function lineChart({ title, unit, series }: Chart): string {
  const points = series.flatMap((one) => one.points.filter(([, value]) => Number.isFinite(value)));
  const xTicks = ticks(Math.max(1, ...points.map(([seconds]) => seconds)));
  const yTicks = ticks(Math.max(0, ...points.map(([, value]) => value)) || 1);
  const [xMost, yMost] = [Math.max(1, ...points.map(([seconds]) => seconds)), yTicks.at(-1) ?? 1];
  const x = (seconds: number) => round(PLOT.left + (seconds / xMost) * (WIDTH - PLOT.left - PLOT.right));
  const y = (value: number) => round(HEIGHT - PLOT.bottom - (value / yMost) * (HEIGHT - PLOT.top - PLOT.bottom));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" role="img" ${FONT}>`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="600" fill="#1f2430">${escaped(title)}</text>`,
    `<text x="${WIDTH - PLOT.right}" y="22" text-anchor="end" fill="#5b6473">${escaped(unit)}</text>`,
    ...yTicks.map((value) => gridLine(y(value), readable(value))),
    ...xTicks.filter((seconds) => seconds <= xMost).map((seconds) => timeMark(x(seconds), seconds)),
    ...legend(series),
    ...series.map(({ colour, points: line }) =>
      path(
        colour,
        line.map(([s, v]) => [x(s), y(v), v] as const),
      ),
    ),
    '</svg>',
  ].join('\n');
}

/** Round numbers from 0 to the first that is not below `most`. */
function ticks(most: number): number[] {
  const rough = most / TICKS;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((factor) => factor * magnitude >= rough) ?? 10) * magnitude;
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(6)));
}

const gridLine = (y: number, text: string): string =>
  `<line x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${y}" y2="${y}" stroke="#e3e7ee"/>` +
  `<text x="${PLOT.left - 8}" y="${y + 4}" text-anchor="end" fill="#5b6473">${text}</text>`;

const timeMark = (x: number, seconds: number): string =>
  `<text x="${x}" y="${HEIGHT - 12}" text-anchor="middle" fill="#5b6473">${timeText(seconds)}</text>`;

const timeText = (seconds: number): string =>
  seconds < 120
    ? `${readable(seconds)} s`
    : `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;

function legend(series: readonly Series[]): string[] {
  const columns = series.map(({ name }) => name.length * 7 + 34);
  return series.map(({ name, colour }, index) => {
    const x = 12 + columns.slice(0, index).reduce((sum, width) => sum + width, 0);
    return `<rect x="${x}" y="36" width="14" height="4" rx="2" fill="${colour}"/><text x="${x + 20}" y="42" fill="#1f2430">${escaped(name)}</text>`;
  });
}

/** A point between two gaps is a dot, else it would not be seen. */
function path(colour: string, points: readonly (readonly [x: number, y: number, value: number])[]): string {
  const isGap = (index: number) => !Number.isFinite(points[index]?.[2]);
  const steps = points.flatMap(([x, y], index) => (isGap(index) ? [] : [`${isGap(index - 1) ? 'M' : 'L'}${x} ${y}`]));
  const dots = points.flatMap(([x, y], index) =>
    !isGap(index) && isGap(index - 1) && isGap(index + 1)
      ? [`<circle cx="${x}" cy="${y}" r="2" fill="${colour}"/>`]
      : [],
  );
  return `<path d="${steps.join('')}" fill="none" stroke="${colour}" stroke-width="1.8" stroke-linejoin="round"/>${dots.join('')}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
const readable = (value: number): string => String(Number(value.toPrecision(4)));
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
