import { describe, expect, it } from 'vitest';
import { eventIdOf, ordinalOf } from './event-id.ts';

describe('an event id', () => {
  it('is the same for the same business transaction, however often it is decided', () => {
    expect(eventIdOf('payment.completed', '12345', 'pay-12345-001')).toBe('payment-12345-completed-001');
    expect(eventIdOf('payment.refund', '12345', 'pay-12345-002')).toBe('payment-12345-refund-002');
    expect(eventIdOf('order.created', '12345', '12345')).toBe('order-12345-created-001');
    expect(eventIdOf('payment.failed', '12345')).toBe('payment-12345-failed-001');
  });

  it('takes 8 hex digits of its SHA-256 for a business id without an ordinal', () => {
    expect(ordinalOf('12345', 'pay-xyz-789')).toMatch(/^[0-9a-f]{8}$/);
    expect(ordinalOf('12345', 'chef-mario')).not.toBe(ordinalOf('12345', 'chef-luca'));
    expect(ordinalOf('12345', 'pay-99999-001')).toMatch(/^[0-9a-f]{8}$/);
  });
});
