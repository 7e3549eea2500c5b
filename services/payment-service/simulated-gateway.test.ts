import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import { fakeClock } from '#shared/testing/clock.ts';
import { createJournal } from './journal.ts';
import { createSimulatedGateway } from './simulated-gateway.ts';

function gateway(change: { latency?: number; declineRate?: number } = {}) {
  const now = fakeClock();
  const wait = async (ms: number) => void now.advance(ms);
  const journal = createJournal(createMemoryStore({ now }), 60_000);
  return {
    now,
    simulated: createSimulatedGateway({
      journal,
      now,
      wait,
      seed: 7,
      declineRate: 0,
      latency: 0,
      timeScale: 1,
      ...change,
    }),
  };
}
const request = (paymentId: string, customerId = 'cust-1') => ({
  paymentId,
  orderId: 'order-1',
  customerId,
  amount: 1599,
  currency: 'GBP',
});

describe('the simulated gateway', () => {
  it('captures once per paymentId, whoever asks again and for whatever amount', async () => {
    const { simulated } = gateway();
    const first = await simulated.charge(request('pay-1'), 0);
    expect(first).toMatchObject({ status: 'captured', amount: 1599 });
    expect(await simulated.charge({ ...request('pay-1'), amount: 1 }, 0)).toEqual(first);
  });

  it('says pending when it takes longer than the patience, and its answer when asked later', async () => {
    const { simulated, now } = gateway();
    expect(await simulated.charge(request('pay-1', 'cust-slow-bank'), 1_000)).toEqual({ status: 'pending' });
    expect(await simulated.charge(request('pay-1', 'cust-slow-bank'), 1_000)).toEqual({ status: 'pending' });
    now.advance(1_000);
    expect(await simulated.charge(request('pay-1', 'cust-slow-bank'), 1_000)).toMatchObject({ status: 'captured' });
  });

  it('gives its answer to a cancel at once, though the bank of the charge answers after the longest order', async () => {
    const { simulated, now } = gateway();
    await simulated.charge(request('pay-1', 'cust-stuck-bank'), 1_000);
    now.advance(30 * 60_000);
    expect(await simulated.charge(request('pay-1', 'cust-stuck-bank'), 1_000)).toEqual({ status: 'pending' });
    expect(await simulated.cancel('pay-1')).toMatchObject({ status: 'captured' });
  });

  it('never charges after a cancel, and cancels no charge that was made', async () => {
    const { simulated } = gateway();
    expect(await simulated.cancel('pay-1')).toEqual({ status: 'cancelled' });
    expect(await simulated.charge(request('pay-1'), 0)).toEqual({ status: 'cancelled' });
    await simulated.charge(request('pay-2'), 0);
    expect(await simulated.cancel('pay-2')).toMatchObject({ status: 'captured' });
  });

  it('refunds what was captured, and knows of nothing else', async () => {
    const { simulated } = gateway();
    await simulated.charge(request('pay-1'), 0);
    expect(await simulated.refund('pay-1', 'order-1')).toMatchObject({
      status: 'refunded',
      amount: 1599,
      currency: 'GBP',
    });
    expect(await simulated.refund('pay-1', 'order-1')).toMatchObject({ status: 'refunded' });
    await simulated.charge(request('pay-2', 'cust-declined'), 0);
    expect(await simulated.refund('pay-2', 'order-1')).toEqual({ status: 'unknown' });
    expect(await simulated.refund('pay-3', 'order-1')).toEqual({ status: 'unknown' });
    expect(await simulated.refund('pay-1', 'order-2')).toEqual({ status: 'unknown' });
  });

  it.each(Object.getOwnPropertyNames(Object.prototype))('treats a customer called %s as any other', async (name) => {
    expect(await gateway().simulated.charge(request('pay-1', name), 0)).toMatchObject({ status: 'captured' });
  });

  it('declines by rule and by rate, the same for the same seed', async () => {
    const answers = async () => {
      const { simulated } = gateway({ declineRate: 0.3 });
      return Promise.all(
        Array.from({ length: 400 }, async (_, n) => (await simulated.charge(request(`pay-${n}`), 0)).status),
      );
    };
    const [once, again] = [await answers(), await answers()];
    expect(once).toEqual(again);
    const declined = once.filter((status) => status === 'declined').length;
    expect(declined).toBeGreaterThan(80);
    expect(declined).toBeLessThan(160);
  });
});
