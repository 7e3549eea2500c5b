import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '#shared/stack/programs/programs.ts';
import { growth, RANGE } from '../promql.ts';
import { alertNames } from './alert-catalogue.ts';
import { alertCases, quietCases } from './fixtures/alert-cases.ts';
import type { SeriesSet } from './fixtures/healthy-series.ts';
import { moneyUnexplained } from './state-rules.ts';

const prometheus = await findProgram('prometheus');
/** It lies beside prometheus. */
const promtool = prometheus && join(dirname(prometheus.path), 'promtool');
const files = ['recording.yml', 'alerts.yml'].map((file) => join(import.meta.dirname, file));

/** What fired at any time, and how often. */
const FIRED = 'sum by (alertname) (count_over_time(ALERTS{alertstate="firing"}[30m]))';

interface Expected {
  readonly expr: string;
  readonly samples: readonly { labels: string; value: number }[];
}

describe.runIf(promtool)('the rules, judged by promtool', { concurrent: true }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pizza-rules-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = (...args: string[]) =>
    execa(promtool ?? '', args, { env: prometheus?.env ?? {}, all: true, reject: false });

  /** Promtool's complaint, or nothing. JSON is YAML. */
  async function complaint(series: SeriesSet, { expr, samples }: Expected): Promise<string> {
    const test = {
      rule_files: files,
      evaluation_interval: '15s',
      tests: [
        {
          interval: '15s',
          input_series: [...series].map(([name, values]) => ({ series: name, values })),
          promql_expr_test: [{ expr, eval_time: '30m', exp_samples: samples }],
        },
      ],
    };
    const file = join(folder, `${crypto.randomUUID()}.json`);
    await writeFile(file, JSON.stringify(test));
    const { all, failed } = await run('test', 'rules', file);
    return failed ? all : '';
  }

  it('are valid', async () => {
    const { all, failed } = await run('check', 'rules', '--lint-fatal', ...files);
    expect(failed, all).toBe(false);
  });

  it('have a case for each alert', () => {
    expect(new Set(alertCases.map(({ alert }) => alert))).toEqual(new Set(alertNames));
  });

  it.each(alertCases)('$alert fires when $when', async ({ alert, labels, series }) => {
    const selector = `alertname="${alert}", alertstate="firing"${labels && `, ${labels}`}`;
    const expr = `count(ALERTS{${selector}}) > bool 0`;
    expect(await complaint(series, { expr, samples: [{ labels: '{}', value: 1 }] })).toBe('');
  });

  it.each(quietCases)('nothing ever fires in %s', async (_name, series) => {
    expect(await complaint(series, { expr: FIRED, samples: [] })).toBe('');
  });

  // Away from minute 25 on, back at minute 28 with 40 events behind it, one more each 15 s.
  const back = '0+1x100 stale _x10 40+1x8';
  it.each([
    ['a restarted process counts what it had caught up on when it was first scraped', '0x100 stale _x10 1680x8', 48],
    ['an old process that was not scraped for a while counts what it did since', '0x120', 9],
  ])('%s', async (_name, started, value) => {
    const series = new Map([
      ['x{instance="a"}', back],
      ['process_start_time_seconds{instance="a"}', started],
    ]);
    const expr = growth('x', RANGE).replaceAll('$__range_s', '180').replaceAll('$__range', '3m');
    expect(await complaint(series, { expr: `round(sum(${expr}))`, samples: [{ labels: '{}', value }] })).toBe('');
  });

  it('nothing is unexplained while the kitchen is scraped later, and lost money is in its own currency', async () => {
    const series = new Map([
      ['pizza_money_total{flow="captured", currency="GBP", instance="p"}', '0+1000x120'],
      ['pizza_money_total{flow="sold", currency="GBP", instance="k"}', '500+1000x120'],
      ['pizza_money_held{currency="GBP", instance="k"}', '0x120'],
      ['pizza_money_total{flow="captured", currency="EUR", instance="p"}', '700x120'],
    ]);
    const samples = [
      { labels: '{currency="EUR"}', value: 700 },
      { labels: '{currency="GBP"}', value: 0 },
    ];
    expect(await complaint(series, { expr: moneyUnexplained, samples })).toBe('');
    // Without the kitchen nobody knows.
    const alone = new Map([...series].filter(([name]) => name.includes('"p"')));
    expect(await complaint(alone, { expr: moneyUnexplained, samples: [] })).toBe('');
  });
});
