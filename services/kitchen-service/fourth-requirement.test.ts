import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { definePizzaFlow, pizzaDomains } from '#shared/contracts/pizza-flow.ts';
import { deliveryContract } from '#shared/testing/fixtures/delivery-service/contract.ts';
import { deliveryService } from '#shared/testing/fixtures/delivery-service/service.ts';
import { type RunningFlow, startFlow } from '#shared/testing/flow-harness.ts';
import { memoryBackend } from '#shared/testing/memory-backend.ts';

/**
 * A delivery-service as fourth requirement: one contract file and its row, its own folder. The kitchen, the other
 * services, the kernel and the stack are as they are.
 */
describe('a fourth requirement', () => {
  const flow = definePizzaFlow([...pizzaDomains, deliveryContract]);
  const services = [...choreography.services, deliveryService];
  let running: RunningFlow;
  beforeAll(async () => {
    running = await startFlow({ backend: memoryBackend(), flow, services });
  });
  afterAll(() => running[Symbol.asyncDispose]());

  it('is waited for, and named in kitchen.ready', async () => {
    await running.publish('order.created', 'with-delivery');
    const { event } = await running.until('kitchen.ready', 'with-delivery');
    expect(event.data.correlationData).toEqual({
      paymentId: 'pay-with-delivery-001',
      reservationId: 'inv-with-delivery-001',
      chefId: expect.stringMatching(/^chef-/),
      courierId: 'courier-with-delivery-001',
    });
    const { counters } = await running.counters('kitchen-service');
    expect(counters['stage:courier_booked']).toBe(1);
  });

  it('cancels the order when it refuses, and the other three are undone', async () => {
    await running.publish('order.created', 'far-away', {
      ...flow.events['order.created']?.example,
      customerId: 'cust-too-far',
    });
    const { event } = await running.until('order.cancelled', 'far-away');
    expect(event.data.reason).toBe('delivery-refused: too-far');
    for (const { compensated, name } of flow.requirements)
      if (name !== 'delivery') await running.until(compensated, 'far-away');
  });

  it('is undone when another one refuses', async () => {
    await running.publish('order.created', 'no-money', {
      ...flow.events['order.created']?.example,
      customerId: 'cust-declined',
    });
    await running.until('delivery.cancelled', 'no-money');
  });
});
