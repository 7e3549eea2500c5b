import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { toBinary } from '#shared/testing/bind-event.ts';
import { buildEvent, draftId, type Envelope, eventIdOf, toWire } from './build-event.ts';
import type { CloudEvent } from './cloud-event.ts';

const data = { orderId: '12345', paymentId: 'pay-12345-002', reason: 'order-timeout' };
const draft = { type: 'payment.refund', data };
const envelope: Envelope = { orderId: '12345', source: 'kitchen-service', now: Date.parse('2026-01-13T10:00:15Z') };
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('an event built from a draft', () => {
  it('has all attributes that follow from it', () => {
    const built = buildEvent(pizzaFlow, draft, { ...envelope, causationId: 'order-12345-timeout-001', traceparent });
    expect(built).toEqual({
      specversion: '1.0',
      id: draftId(pizzaFlow, '12345', draft),
      source: 'kitchen-service',
      type: 'com.pizzaco.payment.refund',
      time: '2026-01-13T10:00:15.000Z',
      subject: '12345',
      datacontenttype: 'application/json',
      dataschema: `${pizzaFlow.schemaBase}payment.refund/1.0`,
      correlationid: '12345',
      causationid: 'order-12345-timeout-001',
      partitionkey: '12345',
      traceparent,
      data,
    });
    expect(built.id).toBe('payment-12345-refund-002');
  });

  it('has no causationid and traceparent where there is none', () => {
    expect(Object.keys(buildEvent(pizzaFlow, draft, envelope))).not.toContain('causationid');
    expect(Object.keys(toWire(pizzaFlow, buildEvent(pizzaFlow, draft, envelope)).headers)).not.toContain('traceparent');
  });

  it.each([
    [{ ...draft, type: 'payment.guessed' }, /no event type payment.guessed/],
    [{ ...draft, type: 'constructor' }, /no event type constructor/],
    [{ type: 'payment.failed', data }, /kitchen-service may not publish payment.failed: it belongs to payment-service/],
    [
      { ...draft, data: { orderId: '12345', reason: '' } },
      /payment.refund breaks its schema: paymentId .*; reason must not/,
    ],
  ])('is refused for %j', (broken, problem) => {
    expect(() => buildEvent(pizzaFlow, broken, envelope)).toThrow(problem);
  });
});

describe('an event on the wire', () => {
  it('is in binary mode, whatever its attributes hold', () => {
    const built = buildEvent(pizzaFlow, draft, { ...envelope, causationId: 'a', traceparent });
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('12345', 'é 100%'));
    const optional = fc.option(value, { nil: undefined });
    const change = fc.record(
      {
        id: value,
        source: value,
        time: value,
        subject: value,
        datacontenttype: value,
        dataschema: value,
        correlationid: optional,
        partitionkey: optional,
        causationid: optional,
        traceparent: optional,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(change, (changes) => {
        const event = { ...built, ...changes } as CloudEvent;
        const { headers, body } = toBinary(event);
        expect(toWire(pizzaFlow, event)).toEqual({
          subject: `pizza.payment.refund.${event.subject}`,
          headers: {
            ...headers,
            'Nats-Msg-Id': `payment.refund:${event.id}`,
            ...(event.traceparent && { traceparent: event.traceparent }),
          },
          body,
        });
      }),
    );
  });

  it('may have data of exactly 256 KB, counted in bytes', () => {
    const wireOf = (note: string) => toWire(pizzaFlow, { ...buildEvent(pizzaFlow, draft, envelope), data: { note } });
    const room = 256 * 1024 - JSON.stringify({ note: '' }).length;
    for (const [character, bytes] of [
      ['x', 1],
      ['é', 2],
      ['€', 3],
      ['😀', 4],
    ] as const) {
      const most = Math.floor(room / bytes);
      expect(wireOf(character.repeat(most)).subject).toBe('pizza.payment.refund.12345');
      expect(() => wireOf(character.repeat(most + 1))).toThrow('bytes of data');
    }
  });

  it('is refused when the flow does not have its type', () => {
    const foreign = { ...buildEvent(pizzaFlow, draft, envelope), type: 'com.elsewhere.payment.refund' };
    expect(() => toWire(pizzaFlow, foreign)).toThrow(
      'com.elsewhere.payment.refund, which is not in the contract table',
    );
  });
});

describe('an event id', () => {
  it('is the same for the same business transaction, however often it is decided', () => {
    expect(eventIdOf('payment.completed', '12345', 'pay-12345-001')).toBe('payment-12345-completed-001');
    expect(eventIdOf('payment.refund', '12345', 'pay-12345-002')).toBe('payment-12345-refund-002');
    expect(eventIdOf('order.created', '12345', '12345')).toBe('order-12345-created-001');
    expect(eventIdOf('payment.failed', '12345')).toBe('payment-12345-failed-001');
  });

  it('takes 8 hex digits of its SHA-256 for a business id without an ordinal', () => {
    expect(eventIdOf('payment.refund', '12345', 'pay-xyz-789')).toMatch(/^payment-12345-refund-[0-9a-f]{8}$/);
    const released = (chef: string) => eventIdOf('chef.release', '12345', chef);
    expect(released('chef-mario')).not.toBe(released('chef-luca'));
    expect(eventIdOf('payment.refund', '12345', 'pay-99999-001')).toMatch(/-[0-9a-f]{8}$/);
  });
});
