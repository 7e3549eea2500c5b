import type { FiredAlert } from '../engine/alert-watch.ts';
import type { Second } from '../engine/figures.ts';
import type { Report } from './report.ts';

const WIDTH = 900;
const LEFT = 56;
const RIGHT = 16;
const PLOT = WIDTH - LEFT - RIGHT;
const PLOT_HEIGHT = 120;
const ROW = 18;

/** As on the dashboards: what they mean keeps its colour. */
const LINES = [
  { key: 'placed', label: 'placed', colour: '#3274d9' },
  { key: 'ready', label: 'ready', colour: '#2f9e44' },
  { key: 'cancelled', label: 'cancelled', colour: '#e8890c' },
  { key: 'timeout', label: 'timed out', colour: '#c4162a' },
  { key: 'refused', label: 'not accepted', colour: '#8a6fc9' },
] as const;

/** Orders per second, waiting orders and alerts, the fault shaded: one SVG that needs nothing else. */
export function pictureOf({ observed, experiment, verdict }: Report): string | undefined {
  if (!observed || observed.series.length < 2) return undefined;
  const from = observed.series[0]?.at ?? 0;
  const to = (observed.series.at(-1)?.at ?? from) + 1_000;
  const x = (at: number) => LEFT + (PLOT * (Math.min(Math.max(at, from), to) - from)) / (to - from);
  const zero = observed.spans.during.from;
  const alertsTop = 60 + 2 * (PLOT_HEIGHT + 50);
  const alerts = groupAlerts(observed.alerts);
  const height = alertsTop + Math.max(1, alerts.length) * ROW + 44;
  const { during } = observed.spans;
  const shade = `<rect x="${px(x(during.from))}" y="44" width="${px(x(during.to) - x(during.from))}" height="${height - 74}" fill="#c4162a" opacity="0.08"/><text x="${px(x(during.from) + 4)}" y="56" fill="#c4162a">injected</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#24292f">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${LEFT}" y="24" font-size="16" font-weight="600">${escaped(experiment.name)}: ${verdict}</text>`,
    shade,
    ratePlot(observed.series, x, 76),
    waitingPlot(observed.series, x, 76 + PLOT_HEIGHT + 50),
    alertRows(alerts, x, alertsTop, to),
    timeAxis(from, to, zero, x, height - 14),
    '</svg>',
    '',
  ].join('\n');
}

type X = (at: number) => number;

function ratePlot(series: readonly Second[], x: X, top: number): string {
  const most = Math.max(1, ...series.flatMap((second) => LINES.map(({ key }) => second[key])));
  const lines = LINES.filter(({ key }) => series.some((second) => second[key] > 0)).map(
    ({ key, colour }) =>
      `<polyline fill="none" stroke="${colour}" stroke-width="1.6" points="${pointsOf(series, (second) => second[key], most, x, top)}"/>`,
  );
  const legend = LINES.map(
    ({ label, colour }, n) => `<tspan x="${LEFT + 150 + n * 110}" fill="${colour}">● ${label}</tspan>`,
  ).join('');
  return [frame('orders per second', most, top), ...lines, `<text y="${top - 8}">${legend}</text>`].join('\n');
}

function waitingPlot(series: readonly Second[], x: X, top: number): string {
  const most = Math.max(1, ...series.map(({ waiting }) => waiting));
  const points = pointsOf(series, ({ waiting }) => waiting, most, x, top);
  const first = px(x(series[0]?.at ?? 0));
  const last = px(x(series.at(-1)?.at ?? 0));
  const base = top + PLOT_HEIGHT;
  return [
    frame('orders waiting', most, top),
    `<polygon fill="#f2cc0c" opacity="0.45" points="${first},${base} ${points} ${last},${base}"/>`,
    `<polyline fill="none" stroke="#b08800" stroke-width="1.6" points="${points}"/>`,
  ].join('\n');
}

const pointsOf = (series: readonly Second[], read: (second: Second) => number, most: number, x: X, top: number) =>
  series.map((second) => `${px(x(second.at))},${px(top + PLOT_HEIGHT * (1 - read(second) / most))}`).join(' ');

const frame = (title: string, most: number, top: number): string =>
  [
    `<text x="${LEFT}" y="${top - 8}" font-weight="600">${title}</text>`,
    `<path d="M${LEFT} ${top}V${top + PLOT_HEIGHT}H${LEFT + PLOT}" fill="none" stroke="#8c959f"/>`,
    `<text x="${LEFT - 6}" y="${top + 10}" text-anchor="end">${most}</text>`,
    `<text x="${LEFT - 6}" y="${top + PLOT_HEIGHT}" text-anchor="end">0</text>`,
  ].join('\n');

/** One row per name: its spans, over all labels. */
const groupAlerts = (alerts: readonly FiredAlert[]): [string, FiredAlert[]][] =>
  Object.entries(Object.groupBy(alerts, ({ alert }) => alert)).map(([name, some = []]) => [name, some]);

function alertRows(alerts: readonly [string, FiredAlert[]][], x: X, top: number, to: number): string {
  if (alerts.length === 0) return `<text x="${LEFT}" y="${top}">no alert fired</text>`;
  return alerts
    .map(([name, some], row) => {
      const y = top + row * ROW;
      const bars = some.map(
        (one) =>
          `<rect x="${px(x(one.from))}" y="${y - 11}" width="${px(Math.max(2, x(one.to ?? to) - x(one.from)))}" height="13" fill="#c4162a" opacity="0.55"/>`,
      );
      return `${bars.join('')}<text x="${LEFT + 4}" y="${y}">${escaped(name)}</text>`;
    })
    .join('\n');
}

/** Seconds from the first injection. */
function timeAxis(from: number, to: number, zero: number, x: X, y: number): string {
  const step = to - from > 90_000 ? 20_000 : 10_000;
  const first = Math.ceil((from - zero) / step) * step;
  const marks: string[] = [];
  for (let at = first; at <= to - zero; at += step)
    marks.push(`<text x="${px(x(zero + at))}" y="${y}" text-anchor="middle">${at / 1_000} s</text>`);
  return marks.join('\n');
}

const px = (value: number): string => value.toFixed(1);
const escaped = (text: string): string => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
