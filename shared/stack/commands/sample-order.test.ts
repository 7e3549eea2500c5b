import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { placeSampleOrder, sampleBody } from './sample-order.ts';

test('the sample is the contract’s example without the id that the intake gives', () => {
  expect(JSON.parse(sampleBody(pizzaFlow))).toMatchObject({ pizzaType: 'margherita', totalAmount: 15.99 });
  expect(sampleBody(pizzaFlow)).not.toContain('orderId');
});

/** An intake that gives these answers, one after the other. */
async function intake(...statuses: number[]) {
  const keys: unknown[] = [];
  const server = createServer(({ headers }, response) => {
    keys.push(headers['idempotency-key']);
    response.writeHead(statuses.shift() ?? 500).end('{"orderId":"ord-1"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, keys, [Symbol.asyncDispose]: async () => void server.close() };
}

test('an intake that is not ready to take it is asked again for the same order', async () => {
  await using busy = await intake(503, 503, 202);
  expect(await placeSampleOrder(busy.url, pizzaFlow)).toBe('ord-1');
  expect(busy.keys).toEqual([busy.keys[0], busy.keys[0], busy.keys[0]]);
});

test('a refusal is told with its status', async () => {
  await using strict = await intake(400);
  await expect(placeSampleOrder(strict.url, pizzaFlow)).rejects.toThrow('answered 400 {"orderId":"ord-1"}');
});
