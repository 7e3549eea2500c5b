import { describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { countersAgree } from './balance.ts';
import { owedByStoreless } from './owed-by-storeless.ts';
import type { SeenEvent, SeenOrder, SeenRun } from './seen-run.ts';
import { servicesWithStore } from './store-records.ts';

const storeless = { ...pizzaFlow, storeless: ['kitchen-service'] };
const anEvent = (type: string, more: Partial<SeenEvent> = {}): SeenEvent => ({
  id: `${type}-${more.businessId}`,
  type,
  sequence: 1,
  storedAt: 0,
  digest: '',
  ...more,
});
const created = anEvent('order.created');
const paid = anEvent('payment.completed', { businessId: 'pay-1-001' });
const refund = anEvent('payment.refund', { businessId: 'pay-1-001' });
const paidTwice = anEvent('payment.completed', { businessId: 'pay-1-002' });
const ready = anEvent('kitchen.ready', { uses: { paymentId: 'pay-1-001' } });
const anOrder = (...events: SeenEvent[]): SeenOrder => ({ id: '1', events, reused: [] });
const owed = (...events: SeenEvent[]) => owedByStoreless(storeless, [anOrder(...events)]);

describe('a correlator without a store', () => {
  it('owes an outcome, and the compensation of what is not used, as the stream tells', () => {
    const one = ['kitchen-service has 1 orders to decide, or to have compensated'];
    expect(owed(created, paid)).toEqual(one);
    expect(owed(created, paid, ready)).toEqual([]);
    expect(owed(created, paid, anEvent('order.timeout'))).toEqual(one);
    expect(owed(created, paid, anEvent('order.timeout'), refund)).toEqual([]);
    expect(owed(created, paid, ready, paidTwice)).toEqual(one);
    expect(owedByStoreless(pizzaFlow, [anOrder(created)])).toEqual([]);
  });

  it('has no store that is read, and no counters that must agree; those of the others still do', () => {
    expect(servicesWithStore(pizzaFlow)).toContain('kitchen-service');
    expect(servicesWithStore(storeless)).toEqual(
      servicesWithStore(pizzaFlow).filter((name) => name !== 'kitchen-service'),
    );
    const charge = {
      paymentId: 'pay-1-001',
      orderId: '1',
      minor: 1_599,
      currency: 'GBP',
      refunded: false,
      foreign: false,
    };
    const run = { flow: storeless, orders: new Map([['1', anOrder(created, paid)]]), counters: new Map() };
    const charges = new Map([['1', [charge]]]);
    const wrong = (flow: typeof pizzaFlow) => countersAgree({ ...run, flow, charges } as unknown as SeenRun);
    expect(wrong(storeless)).toEqual([{ detail: 'money:captured:GBP is 0, but must be 1599' }]);
    expect(wrong(pizzaFlow).length).toBeGreaterThan(1);
  });
});
