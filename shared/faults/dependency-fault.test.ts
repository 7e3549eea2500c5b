import { describe, expect, it } from 'vitest';
import { Unavailable } from '#shared/messaging/faults.ts';
import { faultBench } from '#shared/testing/fault-bench.ts';

function till(...faults: object[]) {
  const bench = faultBench({ timeScale: 2 });
  const charged: string[] = [];
  const gateway = bench.faults.dependency('payment-gateway', {
    charge: async (orderId: string) => `charge ${charged.push(orderId)}`,
  });
  bench.set(...faults);
  return { ...bench, charged, gateway };
}

describe('a fault of a dependency', () => {
  it('leaves every call alone while none is set', async () => {
    const { gateway, injected } = till();
    expect(await gateway.charge('a')).toBe('charge 1');
    expect(injected).toEqual([]);
  });

  it('slow: the call is made, later', async () => {
    const { gateway, held } = till({ fault: 'dependency-slow', by: '3s' });
    expect(await gateway.charge('a')).toBe('charge 1');
    expect(held).toEqual([1_500]);
  });

  it('failing: nothing is charged until it is cleared', async () => {
    const { gateway, charged, faults } = till({ fault: 'dependency-failing', dependency: 'payment-gateway' });
    for (let tries = 0; tries < 2; tries += 1) await expect(gateway.charge('a')).rejects.toThrow(Unavailable);
    expect(charged).toEqual([]);
    faults.clear();
    await gateway.charge('a');
    expect(charged).toEqual(['a']);
  });

  it.each([
    [true, ['a', 'a']],
    [false, ['a']],
  ])('timeout, applied %s: no answer the first time, and one to who asks again', async (applied, expected) => {
    const { gateway, charged, injected } = till({ fault: 'dependency-timeout', applied });
    await expect(gateway.charge('a')).rejects.toThrow(Unavailable);
    await gateway.charge('a');
    expect(charged).toEqual(expected);
    expect(injected).toHaveLength(1);
  });

  it('affects another dependency, or another order, only', async () => {
    const { gateway, injected } = till(
      { fault: 'dependency-failing', dependency: 'bank' },
      { fault: 'dependency-failing', orderId: 'b' },
    );
    await gateway.charge('a');
    expect(injected).toEqual([]);
    await expect(gateway.charge('b')).rejects.toThrow(Unavailable);
  });
});
