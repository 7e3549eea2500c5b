import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { readSettings } from '#shared/runtime/settings.ts';
import { demoOrders } from './programme.ts';
import { runDemo } from './run-demo.ts';

const order = demoOrders('test', readSettings({ DEMO_RATE: '2' }));

/** An intake of the test's own. */
async function intake(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A clock on which waiting takes no time; `after` orders the demo is stopped. */
function hurried(after: number) {
  const stop = new AbortController();
  let now = 0;
  const waits: number[] = [];
  const wait = async (ms: number) => {
    waits.push(ms);
    now += ms;
    if (waits.length === after) stop.abort();
  };
  return { clock: { monotonic: () => now, wait }, waits, signal: stop.signal };
}

test('orders come at the rate, with their keys, and those under way are waited for', async () => {
  const seen: IncomingMessage['headers'][] = [];
  const { server, url } = await intake((request, response) => {
    seen.push(request.headers);
    response.writeHead(202).end('{}');
  });
  await using _ = server;
  const { clock, waits, signal } = hurried(6);
  const answers: (string | undefined)[] = [];
  const prepared: string[] = [];
  const prepare = async ({ key }: { key: string }) => void prepared.push(key);
  await runDemo({ url, rate: 4, order, prepare, onAnswer: (problem) => answers.push(problem), clock }, signal);
  expect(waits).toEqual(Array.from({ length: 6 }, () => 250));
  expect(answers).toEqual(Array.from({ length: 6 }, () => undefined));
  expect(new Set(seen.map((headers) => headers['idempotency-key']))).toEqual(new Set(prepared));
  expect(new Set(prepared).size).toBe(6);
});

test('an intake that refuses, or is away, is told and does not end the demo', async () => {
  const { server, url } = await intake((_request, response) => response.writeHead(503).end('busy'));
  const answers: (string | undefined)[] = [];
  const onAnswer = (problem: string | undefined) => answers.push(problem);
  const refusing = hurried(2);
  await runDemo({ url, rate: 4, order, onAnswer, clock: refusing.clock }, refusing.signal);
  await server[Symbol.asyncDispose]();
  const gone = hurried(2);
  await runDemo({ url, rate: 4, order, onAnswer, clock: gone.clock }, gone.signal);
  expect(answers).toEqual([
    expect.stringContaining('503: busy'),
    expect.stringContaining('503: busy'),
    expect.stringContaining('cannot be reached: '),
    expect.stringContaining('cannot be reached: '),
  ]);
});
