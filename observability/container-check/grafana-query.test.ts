import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasources } from '../dashboards/board/target.ts';
import { hasData, type PanelTarget, targetsOf } from './fixtures/grafana-query.ts';

/** Answers as Grafana does (https://grafana.com/docs/grafana/latest/developer-resources/api-reference/http-api). */
const frames = (...values: unknown[][]) => ({ results: { A: { status: 200, frames: [{ data: { values } }] } } });
const answers: Readonly<Record<string, unknown>> = {
  full: frames([1, 2], [0, 0]),
  zeros: frames([1], [0]),
  nulls: frames([1, 2], [null, 'NaN']),
  empty: { results: { A: { status: 200, frames: [] } } },
  wrong: { results: { A: { status: 400, error: 'parse error at char 3' } } },
};

describe('a panel', () => {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answerTo(request.url ?? '', body)));
  });
  function answerTo(url: string, body: string): unknown {
    if (url.startsWith('/api/search')) return [{ uid: 'board' }];
    if (url === '/api/dashboards/uid/board')
      return { dashboard: { uid: 'board', panels: [{ title: 'P', targets: [{ refId: 'B', expr: 'full' }] }, {}] } };
    if (url.includes('/api/search?q=')) return { traces: url.includes('ord-1') ? [{}] : [] };
    const [query] = (JSON.parse(body) as { queries: { expr: string }[] }).queries;
    return answers[query?.expr ?? ''];
  }
  let asking: Parameters<typeof hasData>[1];

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const grafana = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    asking = { grafana, variables: { order: 'ord-1', trace: 'ab'.repeat(16) } };
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const panel = (expr: string): PanelTarget => ({
    where: 'board / P / B',
    target: { datasource: datasources.prometheus, expr },
  });
  const search = (query: string): PanelTarget => ({
    where: 'board / T / A',
    target: { datasource: datasources.tempo, query },
  });

  it('is found in what Grafana has provisioned, those without a query left out', async () => {
    expect(await targetsOf(asking.grafana)).toMatchObject([{ where: 'board / P / B', target: { expr: 'full' } }]);
  });

  it.each([
    ['full', true],
    ['zeros', true],
    ['nulls', false],
    ['empty', false],
  ])('with %s values has data: %s', async (expr, expected) => {
    expect(await hasData(panel(expr), asking)).toBe(expected);
  });

  it('whose query is wrong is told with its place and what Grafana complains of', async () => {
    await expect(hasData(panel('wrong'), asking)).rejects.toThrow('board / P / B: parse error at char 3');
  });

  it('that looks for traces is asked through the proxy, its variables filled in', async () => {
    expect(await hasData(search('{ span.pizza.order.id = "$order" }'), asking)).toBe(true);
    expect(await hasData(search('{ span.pizza.order.id = "other" }'), asking)).toBe(false);
    expect(asked.at(-2)).toContain('/api/datasources/proxy/uid/tempo/api/search?q=');
  });
});
