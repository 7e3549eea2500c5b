import { expect, it } from 'vitest';
import { lineChart } from '#shared/report/line-chart.ts';
import { markdownOf } from '#shared/report/write-report.ts';
import { figuresOf } from '../engine/figures.ts';
import { sectionsOf } from './experiment-report.ts';
import type { Report } from './report.ts';
import { resultsTable } from './results-table.ts';

const span = { from: 1_000, to: 3_000 };
const figures = figuresOf([{ id: 'a', since: 1_500 }], [], span);
const second = (at: number, waiting: number) => ({
  at,
  placed: 2,
  ready: 1,
  cancelled: 0,
  timeout: 0,
  waiting,
  refused: 0,
});
const report = (seed: number, verdict: Report['verdict'], begun = '2026-01-02T03:04:05Z'): Report => ({
  experiment: {
    name: 'an-experiment',
    hypothesis: 'When a < b, c.',
    teaches: 'Much.',
    look: { dashboard: 'd', panel: 'P' },
  },
  verdict,
  seed,
  target: 'a stack of its own',
  machine: 'a machine',
  begun,
  seconds: 9,
  timeline: [{ at: 2_000, kind: 'fault', text: 'chef-service killed' }],
  injected: { 'duplicate kitchen.ready': 7 },
  observed: {
    spans: { before: span, during: span, after: span },
    figures: { before: figures, during: figures, after: figures },
    recoverySeconds: 1.25,
    alerts: [{ alert: 'ServiceDown', labels: { service: 'chef-service' }, from: 1_500, to: 2_500 }],
    series: [second(1_000, 1), second(2_000, 4)],
  },
  checks: [
    { name: 'the funnel balances', passed: true, detail: 'yes' },
    { name: 'money balances', passed: verdict === 'passed', detail: 'a | b' },
  ],
});

it('a report names what failed, what was counted, what alarmed and how to run it again', () => {
  const text = markdownOf('an-experiment-seed-3', sectionsOf(report(3, 'failed')));
  expect(text).toContain('**refuted**: 1 of 2 checks failed, namely **money balances**');
  expect(text).toContain('| duplicate kitchen.ready | 7 |');
  expect(text).toContain('| ServiceDown | service=chef-service | 1 s | 2 s |');
  expect(text).toContain('![Orders waiting](an-experiment-seed-3-waiting.svg)');
  expect(text).toContain('npm run chaos -- run an-experiment --seed 3');
  expect(text).toContain('a \\| b');
});

it('its pictures are SVG that loads nothing, and shade the fault and the alerts', () => {
  const charts = sectionsOf(report(1, 'passed')).flatMap(({ blocks }) =>
    blocks.flatMap((block) => (typeof block === 'object' && 'series' in block ? block : [])),
  );
  expect(charts).toHaveLength(2);
  for (const picture of charts.map(lineChart)) {
    expect(picture.startsWith('<svg ') && picture.endsWith('</svg>')).toBe(true);
    expect(picture.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/http|href|<script|<image/);
    for (const span of ['injected', 'ServiceDown']) expect(picture).toContain(span);
  }
});

it('the results have a row per experiment, with the last verdict of each seed, and say when and where', () => {
  const table = resultsTable([report(1, 'failed'), report(2, 'passed'), report(1, 'passed', '2026-01-03T03:04:05Z')]);
  expect(table).toContain('✅ seed 1, ✅ seed 2');
  expect(table).toContain('3 / 3');
  expect(table).toContain('1.3 / 1.3 s');
  expect(table).toMatch(/Run 2026-01-02, 2026-01-03 on a stack of its own, a machine/);
});
