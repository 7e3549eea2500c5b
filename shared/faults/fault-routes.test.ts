import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { faultBench } from '#shared/testing/fault-bench.ts';
import { serveFaults } from './fault-routes.ts';

const token = 'a-token-of-the-test';

function admin() {
  const server = Fastify();
  const { faults } = faultBench();
  serveFaults(server, faults, token);
  const ask = async (method: 'GET' | 'PUT' | 'DELETE', payload?: object, authorization = `Bearer ${token}`) => {
    const answer = await server.inject({
      method,
      url: '/faults',
      headers: { authorization },
      ...(payload && { payload }),
    });
    return { status: answer.statusCode, body: answer.json() as unknown };
  };
  return { faults, ask };
}

describe('/faults', () => {
  it('sets, tells and clears, and takes again what it told', async () => {
    const { ask } = admin();
    const set = await ask('PUT', [{ fault: 'delay', by: '10m' }]);
    expect(set).toEqual({ status: 200, body: [{ fault: 'delay', by: 600_000, share: 1 }] });
    expect(await ask('GET')).toEqual(set);
    expect(await ask('PUT', set.body as object)).toEqual(set);
    expect(await ask('DELETE')).toEqual({ status: 200, body: [] });
  });

  it.each(['', 'Bearer ', 'Bearer another-token-of-a-test', token])(
    'refuses %j, and sets nothing',
    async (authorization) => {
      const { ask, faults } = admin();
      for (const method of ['GET', 'PUT', 'DELETE'] as const)
        expect((await ask(method, method === 'PUT' ? [{ fault: 'drop' }] : undefined, authorization)).status).toBe(401);
      expect(faults.list()).toEqual([]);
    },
  );

  it.each([
    [{ fault: 'dealy' }, /fault/],
    [{ fault: 'drop', share: 2 }, /share/],
    [{ fault: 'delay', by: 'soon' }, /by.*(500ms|Invalid)/],
    [{ fault: 'drop', type: 'payment.complete' }, /payment\.complete, which is no event/],
    [{ fault: 'dependency-slow', type: 'payment.failed' }, /type/],
  ])('answers %j by what is wrong with it, and keeps what was set', async (spec, problem) => {
    const { ask, faults } = admin();
    await ask('PUT', [{ fault: 'drop' }]);
    const { status, body } = await ask('PUT', [spec]);
    expect(status).toBe(400);
    expect((body as { error: string }).error).toMatch(problem);
    expect(faults.list()).toMatchObject([{ fault: 'drop' }]);
  });

  it('leaves out what is meant for another service', async () => {
    const { ask } = admin();
    const ofBoth = [
      { fault: 'drop', service: 'payment-service' },
      { fault: 'drop', service: 'chef-service' },
    ];
    expect((await ask('PUT', ofBoth)).body).toMatchObject([{ service: 'payment-service' }]);
  });
});
