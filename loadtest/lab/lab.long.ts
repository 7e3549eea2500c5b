import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findProgram } from '#shared/stack/programs/programs.ts';
import { askPrometheus } from '#shared/stack/servers/ask-prometheus.ts';
import { startPrometheus } from '#shared/stack/servers/native-server.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { figuresOf, spreadIn } from './figures.ts';
import type { Lab } from './report/lab-report.ts';

const prometheusRuns = (await findProgram('prometheus')) !== undefined;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const lab = (comparison: 'patterns' | 'stores', ...args: string[]) =>
  execa(process.execPath, [join(import.meta.dirname, 'lab.ts'), comparison, ...args], {
    env: { NO_COLOR: '1' },
    reject: false,
    all: true,
  });
const small = ['--quick', '--orders', '100', '--seconds', '1'];
const tiny = [...small, '--parts', 'coupling', 'healthy'];

it('measures two patterns on real servers, reports, and pushes the figures', async () => {
  await using prometheus = prometheusRuns ? await startPrometheus({ jobs: [] }) : undefined;
  const push = prometheus ? ['--prometheus', prometheus.url] : [];
  const { all, exitCode } = await lab(
    'patterns',
    ...tiny,
    '--only',
    'choreography',
    'chain',
    '--report',
    folder,
    ...push,
  );
  expect(exitCode, all).toBe(0);
  expect(all).toMatch(/\[3\/3\] round 1 of 1, healthy: chain {2}\(\d+ s left\)/);
  expect(all).toMatch(/^orders\/s +\d+ +\d+$/m);
  expect(await readdir(folder)).toEqual(
    expect.arrayContaining(['report.html', 'report.md', 'report.json', 'report-orders-per-second.svg']),
  );
  const { figures, verdict, machine } = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Lab;
  expect(verdict.failures).toEqual([]);
  expect(machine.cores).toBeGreaterThan(0);
  for (const measure of ['orders-per-second', 'cpu-us-per-order', 'gain-2-replicas', 'gain-4-replicas', 'p99-ms'])
    for (const subject of ['choreography', 'chain'])
      expect(spreadIn(figures, { subject, measure }).min, `${measure} of ${subject}`).toBeGreaterThan(0);
  expect(figuresOf(figures, { subject: 'chain', measure: 'p99-ms' }).map(({ scenario }) => scenario)).toEqual([
    '50/s',
    '100/s',
    '200/s',
  ]);
  if (!prometheus) return;
  const rate = 'pizza_lab{scenario="saturation", measure="orders-per-second"}';
  const pushed = async () => (await askPrometheus(prometheus.url, rate)).length === 2 || undefined;
  await eventually(pushed, 'the figures of two patterns');
});

it('measures two stores: what an order costs them, and that each scrape balances', async () => {
  const args = [...small, '--parts', 'healthy', '--only', 'redis', 'sqlite', '--report', folder];
  const { all, exitCode } = await lab('stores', ...args);
  expect(exitCode, all).toBe(0);
  expect(all).toMatch(/^store-killed is not applicable to sqlite: it has no server to kill\.$/m);
  const { figures } = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Lab;
  for (const subject of ['redis', 'sqlite']) {
    const least = (measure: string) => spreadIn(figures, { subject, measure }).min;
    expect(least('store-calls-per-order'), subject).toBeGreaterThan(5);
    expect(least('store-calls-per-order'), subject).toBeLessThan(30);
    expect(least('store-bytes-per-order'), subject).toBeGreaterThan(1_000);
    expect(least('scrapes'), subject).toBeGreaterThan(0);
    expect(least('unbalanced-scrapes'), subject).toBe(0);
    expect(least('servers'), subject).toBe(subject === 'redis' ? 1 : 0);
  }
});

it('stops at Ctrl-C, and the exit code says so', async () => {
  const running = lab('patterns', ...tiny, '--only', 'choreography', '--rounds', '9');
  let said = '';
  running.all?.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await eventually(async () => said.includes('[2/10]') || undefined, 'a run that has begun');
  running.kill('SIGINT');
  const { exitCode, all } = await running;
  expect(exitCode, all).toBe(130);
  expect(all).toMatch(/^Stopped\.$/m);
  expect(all).not.toMatch(/^ {4}at /m);
});
