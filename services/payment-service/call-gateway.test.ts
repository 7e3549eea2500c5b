import { describe, expect, it } from 'vitest';
import { Unavailable } from '#shared/messaging/faults.ts';
import { createGatewayCalls } from './call-gateway.ts';
import type { GatewayCall } from './decide.ts';
import type { PaymentGateway } from './gateway.ts';

const captured = { transactionId: 'txn-1', amount: 1599, currency: 'GBP' };
const charge = { orderId: 'o', paymentId: 'pay-o-001', customerId: 'cust-1', amount: 1599, currency: 'GBP' };
const calls: GatewayCall[] = [
  { id: 'charge', kind: 'charge', charge },
  { id: 'charge', kind: 'cancel', paymentId: 'pay-o-001' },
  { id: 'refund:pay-o-001', kind: 'refund', paymentId: 'pay-o-001', orderId: 'o' },
];

/** A gateway that answers everything in the same way, and what is told of it. */
function callsTo(answer: () => Promise<unknown>) {
  const told: unknown[] = [];
  const gateway = { charge: answer, cancel: answer, refund: answer } as unknown as PaymentGateway;
  return { call: createGatewayCalls(gateway, 1_000, (error) => told.push(error)), told };
}
const says = (answer: unknown) => async () => answer;
const fails = (error: unknown) => async () => Promise.reject(error);

describe('a call to the gateway', () => {
  it('learns its verdict', async () => {
    const { call, told } = callsTo(says({ status: 'captured', ...captured }));
    expect(await call(calls[0] as GatewayCall)).toEqual({
      id: 'pay-o-001-answer',
      type: 'gateway.answer',
      data: { status: 'captured', ...captured },
    });
    expect(told).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['HTML', says('<html><h1>502 Bad Gateway</h1></html>')],
    ['nothing', says(undefined)],
    ['another status', says({ status: 'ok', ...captured })],
    ['a capture without its amount', says({ status: 'captured', transactionId: 'txn-1', currency: 'GBP' })],
    ['a refund of half a penny', says({ status: 'refunded', ...captured, amount: 0.5 })],
    ['JSON that is none', fails(new SyntaxError('Unexpected token < in JSON'))],
    ['a status that nobody knows', fails(new Error('HTTP 530'))],
    ['that it is away', fails(new Unavailable('payment-gateway'))],
  ])('that gets %s has no outcome yet: no message is blamed, and it is told', async (_what, answer) => {
    for (const one of calls) {
      const { call, told } = callsTo(answer);
      expect(await call(one)).toBeUndefined();
      expect(told).toMatchObject([{ name: 'Unavailable', dependency: 'payment-gateway' }]);
    }
  });
});
