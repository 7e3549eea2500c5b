import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import type { Publisher } from '#shared/messaging/publisher.ts';
import { anOrder } from '../fixtures/publish-event.ts';
import { createIntake } from './intake.ts';

describe('closing the intake', () => {
  it('answers the orders under way, and refuses new ones meanwhile', async () => {
    const bus = createMemoryBus();
    const [arrived, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const publish: Publisher['publish'] = async (...message) => {
      arrived.resolve();
      await gate.promise;
      return bus.publish(...message);
    };
    const intake = createIntake({ flow: pizzaFlow, bus: { ...bus, publish } });
    let base = '';
    const post = async () => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${base}/orders`, { method: 'POST', headers, body: JSON.stringify(anOrder) });
      const body = (await response.json()) as { type?: string };
      return { status: response.status, retryAfter: response.headers.get('retry-after'), type: body.type };
    };
    let meanwhile: unknown;
    intake.addHook('preClose', async () => {
      meanwhile = await post();
      gate.resolve();
    });
    await intake.listen({ host: '127.0.0.1', port: 0 });
    base = `http://127.0.0.1:${(intake.server.address() as AddressInfo).port}`;
    const underWay = post();
    await arrived.promise;
    await intake.close();
    expect((await underWay).status).toBe(202);
    expect(meanwhile).toEqual({ status: 503, retryAfter: '2', type: 'urn:problem:closing' });
  });
});
