import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askPrometheus, describeAnswers, scrapedSince } from './ask-prometheus.ts';

let server: Server | undefined;
afterEach(() => server?.close());

type Vector = readonly (readonly [Record<string, string>, string])[];

/** Answers queries as a Prometheus does: the first entry whose name the query contains. */
async function prometheus(answers: Record<string, Vector>, pageStatus = 200): Promise<string> {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://h');
    if (pathname === '/graph') return response.writeHead(pageStatus).end();
    const query = searchParams.get('query') ?? '';
    const [, vector = []] = Object.entries(answers).find(([name]) => query.includes(name)) ?? [];
    const result = vector.map(([metric, value]) => ({ metric, value: [0, value] }));
    return response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const signal = AbortSignal.timeout(30_000);

test('the answers read as a newcomer would say them, each with a link to the page', async () => {
  const url = await prometheus({
    resolved: [
      [{ outcome: 'timeout' }, '0'],
      [{ outcome: 'ready' }, '12'],
    ],
    time_to_ready: [[{}, '0.0951']],
    waiting: [[{}, '3']],
  });
  const lines = await describeAnswers(url, signal);
  expect(lines.filter((_, index) => index % 2 === 0)).toEqual([
    '  Orders by outcome    0 timeout, 12 ready',
    '  95 % ready within    95 ms',
    '  Orders waiting       3',
  ]);
  expect(lines[5]?.trim()).toBe(
    `${url}/graph?g0.expr=max%28sum+by+%28instance%29+%28pizza_orders_waiting%29%29&g0.tab=1`,
  );
});

test('without a page the link leads to the API, and without samples the answer says so', async () => {
  const url = await prometheus({ time_to_ready: [[{}, 'NaN']] }, 500);
  const lines = await describeAnswers(url, signal);
  expect(lines.filter((line) => line.endsWith('no data yet'))).toHaveLength(3);
  expect(lines[1]?.trim()).toMatch(new RegExp(`^${url}/api/v1/query\\?query=max`));
});

test('a scrape counts only when every target was scraped after the time given', async () => {
  const url = await prometheus({
    'timestamp(up)': [
      [{ instance: 'a' }, '10.5'],
      [{ instance: 'b' }, '12'],
    ],
  });
  const wait = { targets: 2, withinMs: 0, signal };
  expect(await scrapedSince(url, { ...wait, since: 10_500 })).toBe(true);
  expect(await scrapedSince(url, { ...wait, since: 10_501 })).toBe(false);
});

test('a Prometheus that refuses is an error that names it', async () => {
  server = createServer((_request, response) => response.writeHead(503).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(askPrometheus(url, 'up')).rejects.toThrow(`Prometheus at ${url} answered 503 to up`);
});
