import { expect, test } from 'vitest';
import { findProgram } from '#shared/stack/programs/programs.ts';
import { askPrometheus } from '#shared/stack/servers/ask-prometheus.ts';
import { startStack } from '#shared/stack/stack.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { demonstrate } from './demonstrate.ts';
import { duplicatedIn } from './duplicate-fault.ts';
import { shown } from './programme.ts';

const prometheusRuns = (await findProgram('prometheus')) !== undefined;

test.runIf(prometheusRuns)(
  'the demo shows every outcome, loses nothing, and raises no alert',
  async () => {
    const env = {
      DEMO_RATE: '4',
      ORDER_TIMEOUT: '6s',
      ACK_WAIT: '1s',
      LOG_LEVEL: 'silent',
      CHAOS_TOKEN: 'a-token-of-this-test',
    };
    await using stack = await startStack({ env, prometheus: true });
    const url = stack.prometheus?.url ?? '';
    const value = async (query: string) => Math.max(0, ...(await askPrometheus(url, query)).map((each) => each.value));
    await eventually(async () => (await value('count(up == 1)')) === 5 || undefined, 'a first scrape', 60_000);
    const adminUrl = stack.services.find(({ name }) => name === duplicatedIn(stack.pattern.flow).service)?.adminUrl;
    const stop = new AbortController();
    const problems: string[] = [];
    const onNews = (sentence: string) => problems.push(sentence);
    const { pattern, settings, orderUrl = '' } = stack;
    const running = demonstrate({ flow: pattern.flow, url: orderUrl, adminUrl, settings, onNews }, stop.signal);
    try {
      for (const [what, query] of Object.entries(shown))
        await eventually(async () => (await value(query)) > 0 || undefined, what, 60_000);
    } finally {
      stop.abort();
      await running;
    }
    // A machine that stalls makes the intake ask for patience, which passes.
    expect(problems.filter((said) => !/answered 503|timeout|again$/.test(said))).toEqual([]);
    expect(await value('max_over_time(stack:orders_lost:max_abs[5m])')).toBe(0);
    expect(await askPrometheus(url, 'ALERTS{alertstate="firing"}')).toEqual([]);
  },
  180_000,
);
