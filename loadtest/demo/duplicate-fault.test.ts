import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { serveFaults } from '#shared/faults/fault-routes.ts';
import { faultBench } from '#shared/testing/fault-bench.ts';
import { duplicatedIn, duplicateFor } from './duplicate-fault.ts';

const token = 'a-token-of-the-test';
const { type } = duplicatedIn(pizzaFlow);

/** The admin server of a service; `faults` are set already. */
async function admin(...faults: object[]) {
  const bench = faultBench();
  bench.set(...faults);
  const server = Fastify();
  serveFaults(server, bench.faults, token);
  const adminUrl = await server.listen({ host: '127.0.0.1', port: 0 });
  return { ...bench, adminUrl, [Symbol.asyncDispose]: () => server.close() };
}

test('the event of one order after the other comes twice, no other', async () => {
  await using service = await admin();
  await duplicateFor('a', { adminUrl: service.adminUrl, token, type });
  await service.publish('a');
  await duplicateFor('b', { adminUrl: service.adminUrl, token, type });
  for (const order of ['b', 'c']) await service.publish(order);
  const copies = await Promise.all(['a', 'b', 'c'].map(async (order) => (await service.stored(order)).length));
  expect(copies).toEqual([2, 2, 1]);
});

test.each([
  [{ fault: 'delay' }],
  [{ fault: 'duplicate', type }],
  [{ fault: 'duplicate', type: 'payment.failed', orderId: 'a' }],
])('what somebody else has set stays: %j', async (fault) => {
  await using service = await admin(fault);
  await duplicateFor('a', { adminUrl: service.adminUrl, token, type });
  expect(service.faults.list()).toMatchObject([fault]);
});

test('a wrong token is told', async () => {
  await using service = await admin();
  const { adminUrl } = service;
  await expect(duplicateFor('a', { adminUrl, token: 'another-token', type })).rejects.toThrow(/answered 401/);
});
