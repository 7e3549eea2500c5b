import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeReport } from '#shared/report/write-report.ts';
import { slicesOf } from '../run/order-record.ts';
import { type LoadReport, sectionsOf } from './load-report.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const times = { p50: 4.2, p95: 9, p99: 17, max: 40 };
const report: LoadReport = {
  run: 'steady-1',
  profile: 'steady',
  command: 'npm run load -- steady --rate <50>',
  startedAt: '2026-01-01T00:00:00.000Z',
  seconds: 61,
  target: 'a stack of its own',
  k6: 'k6 1.8.1',
  machine: { cpu: 'a CPU', cores: 2, memoryGiB: 8, versions: { node: '24.0.0' } },
  summary: {
    run: 'steady-1',
    orders: { accepted: 200, refused: 3, failed: 0, doubled: 0, dropped: 1 },
    followed: { ready: 9, cancelled: 1, timeout: 0, lost: 0 },
    answer: times,
    timeToReady: times,
    slowest: { tookMs: 40, traceId: 'abc' },
    thresholds: [
      { threshold: 'orders_lost: count<1', ok: true },
      { threshold: 'time_to_ready: p(95)<5000', ok: false },
      { threshold: 'time_to_ready{story:plain}: max>=0', ok: true },
    ],
    breakpoint: { held: 381, missed: { rate: 477, thresholds: ['time_to_ready{step:477}: p(95)<5000'] } },
  },
  verdict: { clean: false, lines: ['comes to rest   10   1', 'Violated'] },
  passed: false,
};
const uses = [
  {
    name: 'kitchen',
    samples: Array.from({ length: 30 }, (_, n) => ({ at: n * 1_000, rssMB: 100, cpuUs: n * 20_000 })),
  },
];

it('tells the same as a page and as Markdown: figures, verdict, thresholds, processes, pictures', async () => {
  const answers = [{ kind: 'answer', at: 0, status: 202, tookMs: 4, orderId: 'o' } as const];
  const page = await writeReport(folder, 'report', sectionsOf(report, slicesOf({ answers, ends: [] }), uses), report);
  const [html = '', markdown = ''] = await Promise.all(
    [page, join(folder, 'report.md')].map((file) => readFile(file, 'utf8')),
  );
  for (const text of [html, markdown])
    for (const said of [
      'steady: failed',
      '200 accepted, 3 refused',
      'trace abc',
      'every SLO held at 381 orders/s; at 477/s missed',
      'Audit: violations',
      'comes to rest   10   1',
      'MISSED',
      '2900',
    ])
      expect(text).toContain(said);
  expect(html).toContain('&lt;50&gt;');
  expect(html.match(/<svg /g)).toHaveLength(6);
  expect(markdown.match(/!\[[^\]]+\]\([\w-]+\.svg\)/g)).toHaveLength(6);
  expect(markdown).not.toContain('max>=0');
});
