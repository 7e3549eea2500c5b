import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invariants } from '#shared/audit/invariants.ts';
import { repository } from '#shared/stack/processes/data-dir.ts';
import { findProgram } from '#shared/stack/programs/programs.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { queriesOf, seriesShown } from '../observability/checks/fixtures/panel-queries.ts';
import { dashboards } from '../observability/dashboards/dashboards.ts';
import type { Summary } from './k6/summary-text.ts';
import type { Verdict } from './report/load-report.ts';
import { startGrafana } from './run/fixtures/grafana.ts';
import { parseLoadOptions } from './run/load-options.ts';
import { type K6, obtainK6 } from './run/obtain-k6.ts';
import { OrderRecord } from './run/order-record.ts';
import { runK6 } from './run/run-k6.ts';

const k6 = await obtainK6(() => undefined).catch(() => undefined);
const prometheus = await findProgram('prometheus');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'load-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const load = (...args: string[]) =>
  execa(process.execPath, ['loadtest/load.ts', ...args], {
    cwd: repository,
    env: { NO_COLOR: '1' },
    reject: false,
    all: true,
  });

/** The verdict names every invariant, and each was judged and holds. */
function expectCleanAudit({ clean, lines }: Verdict): void {
  expect(clean, lines.join('\n')).toBe(true);
  for (const { name } of invariants)
    expect(lines.filter((line) => line.trimStart().startsWith(`${name} `))).toEqual([expect.stringMatching(/ 0\s*$/)]);
}

describe.skipIf(k6)('without k6, Go and Docker', () => {
  it.skip('nothing of this file can run: install one of the three', () => undefined);
});

describe.runIf(k6)('npm run load -- smoke', () => {
  it('loads a stack of its own, audits it, reports, and stops all', async () => {
    const { all, exitCode } = await load('smoke', '--rate', '8', '--duration', '5s', '--report', folder);
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/\d+ orders accepted: .*ended exactly once/);
    expect(all).not.toContain('annotations');
    const { summary, verdict } = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as {
      summary: Summary;
      verdict: Verdict;
    };
    expectCleanAudit(verdict);
    expect(verdict.lines.at(-1)).toMatch(/^Clean .*at rest/);
    expect(summary.orders).toMatchObject({ refused: 0, failed: 0, doubled: 0 });
    expect(summary.orders.accepted).toBeGreaterThanOrEqual(40);
    expect(summary.followed).toMatchObject({ timeout: 0, lost: 0 });
    expect(summary.slowest?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(summary.timeToReady.p50).toBeGreaterThan(0);
    const page = await readFile(join(folder, 'report.html'), 'utf8');
    expect(page.match(/<svg /g)).toHaveLength((await readdir(folder)).filter((name) => name.endsWith('.svg')).length);
    expect(page).not.toMatch(/(src|href)=/);
  });

  it('fails when an SLO is missed, and says which', async () => {
    // No order has its chef, and is ready, within the five seconds that are promised.
    const FAULTS = JSON.stringify([{ fault: 'delay', type: 'chef.assigned', by: '6s' }]);
    const { all, exitCode } = await execa(
      process.execPath,
      ['loadtest/load.ts', 'smoke', '--rate', '2', '--duration', '3s', '--mix', 'plain', '--report', folder],
      { cwd: repository, env: { NO_COLOR: '1', FAULTS }, reject: false, all: true },
    );
    expect(exitCode, all).toBe(1);
    expect(all).toMatch(/missed\s+time_to_ready: p\(95\)<5000/);
  });

  it('says so when nobody answers at the target', async () => {
    const { all, exitCode } = await load('smoke', '--target', 'http://127.0.0.1:9', '--report', folder);
    expect(exitCode).toBe(1);
    expect(all).toMatch(/no order intake answers at http:\/\/127\.0\.0\.1:9/);
  });
});

describe.runIf(k6 && prometheus)('what k6 writes to Prometheus', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ env: { LOG_LEVEL: 'error' }, prometheus: true });
  });
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
  });

  it('is beside a mark of the run from begin to end, in the Grafana that it is given', async () => {
    await using grafana = await startGrafana();
    const given = { GRAFANA: grafana.url, TARGET: stack.orderUrl ?? '', RATE: '1', DURATION: '1s', RUN: 'marked' };
    const variables = Object.entries(given).map(([name, value]) => `--env=${name}=${value}`);
    const { file, args, env } = k6 as K6;
    await execa(file, [...args, 'run', '--quiet', '--address=', ...variables, join(repository, 'loadtest/smoke.ts')], {
      env,
    });
    expect(grafana.asked).toMatchObject([
      { method: 'POST', url: '/api/annotations', body: { text: 'load: marked', tags: ['load', 'marked'] } },
      { method: 'PATCH', url: '/api/annotations/7', body: { timeEnd: expect.any(Number) } },
    ]);
  });

  it('is what the dashboards ask for: every query about k6 has an answer while it runs', async () => {
    const url = stack.prometheus?.url ?? '';
    const queries = queriesOf(dashboards()).filter(({ expr }) => expr.includes('k6_'));
    expect(queries.length).toBeGreaterThanOrEqual(5);
    const options = parseLoadOptions(['smoke', '--rate', '6', '--duration', '90s']);
    if (!options) throw new Error('no options');
    const record = new OrderRecord();
    const stop = new AbortController();
    const running = runK6({
      k6: k6 as K6,
      options,
      target: stack.orderUrl ?? '',
      run: 'test-of-queries',
      prometheus: url,
      onOrder: (line) => record.add(line),
      onText: (line) => console.error(line),
      signal: stop.signal,
    });
    const silent = async () => {
      const shown = await Promise.all(queries.map(async (query) => ({ query, series: await seriesShown(url, query) })));
      return shown.filter(({ series }) => series === 0).map(({ query }) => query.where);
    };
    let last: string[] = [];
    await eventually(
      async () => {
        last = await silent();
        return last.length === 0 || undefined;
      },
      'an answer to every query about k6',
      85_000,
    ).catch(() => expect(last, 'queries without an answer').toEqual([]));
    const labelled = await fetch(`${url}/api/v1/label/testid/values`);
    expect(await labelled.json()).toMatchObject({ data: ['test-of-queries'] });
    stop.abort();
    expect((await running).summary.orders.accepted).toBe(record.accepted().size);
  });
});
