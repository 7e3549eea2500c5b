import { describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { toBinary, toStructured } from '#shared/testing/bind-event.ts';
import { buildEvent } from './build-event.ts';
import type { CloudEvent } from './cloud-event.ts';
import type { Terminal } from './faults.ts';
import { readEvent } from './read-event.ts';

const example = pizzaFlow.events['payment.completed']?.example ?? {};
const event = buildEvent(
  pizzaFlow,
  { type: 'payment.completed', data: example },
  { orderId: '12345', source: 'payment-service', now: Date.parse('2026-01-13T10:00:15Z') },
);

function stored(change: Partial<CloudEvent> = {}, subject = 'pizza.payment.completed.12345', bind = toBinary) {
  const { headers, body } = bind({ ...event, ...change });
  const lowerCased = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { subject, headers: lowerCased, body: Buffer.from(body), sequence: 7, storedAt: 1_000 };
}
function refusal(message: ReturnType<typeof stored>): Terminal {
  try {
    readEvent(pizzaFlow, message);
  } catch (error) {
    return error as Terminal;
  }
  throw new Error('it was accepted');
}

describe('an event from the stream', () => {
  it('is given with its short type, order and contract', () => {
    expect(readEvent(pizzaFlow, stored())).toEqual({
      event,
      type: 'payment.completed',
      orderId: '12345',
      contract: pizzaFlow.events['payment.completed'],
      sequence: 7,
      storedAt: 1_000,
    });
  });

  it('may have unknown fields, which it keeps, a newer minor version, or a schema of another origin', () => {
    const data = { ...example, loyaltyPoints: 3 };
    expect(readEvent(pizzaFlow, stored({ data })).event.data).toEqual(data);
    const base = pizzaFlow.schemaBase;
    for (const dataschema of [`${base}payment.completed/1.7`, 'https://elsewhere.example/2.0'])
      expect(readEvent(pizzaFlow, stored({ dataschema })).event.dataschema).toBe(dataschema);
  });

  it.each([
    ['unknown-type', { type: 'com.pizzaco.payment.guessed' }, /com.pizzaco.payment.guessed/],
    ['unknown-type', { type: 'com.elsewhere.payment.completed' }, /com.elsewhere/],
    ['unknown-type', { type: 'com.pizzaco.constructor' }, /constructor/],
    ['foreign-source', { source: 'chef-service' }, /chef-service: only payment-service/],
    ['unsupported-version', { dataschema: `${pizzaFlow.schemaBase}payment.completed/2.0` }, /version 2/],
    ['schema-violation', { data: { ...example, paymentId: '', status: 5 } }, /paymentId.*; status/],
    ['bad-order-id', { data: { ...example, orderId: 'a.>' } }, /orderId/],
    ['bad-order-id', { data: {} }, /orderId/],
    ['subject-mismatch', { data: { ...example, orderId: '999' } }, /999/],
    ['subject-mismatch', { subject: '999' }, /999/],
    ['oversized', { data: { ...example, note: 'x'.repeat(256 * 1024) } }, /bytes/],
  ] as [string, Partial<CloudEvent>, RegExp][])('is refused as %s with %j', (reason, change, problem) => {
    expect(refusal(stored(change))).toMatchObject({ name: 'Terminal', reason });
    expect(refusal(stored(change)).message).toMatch(problem);
    expect(refusal(stored(change, undefined, toStructured)).reason).toBe(reason);
  });

  it.each([
    'pizza.payment.completed.999',
    'pizza.payment.completed.92345',
    'pizza.payment.completed.12345.12345',
    'pizza.payment.failed.12345',
    'other.payment.completed.12345',
    '12345',
  ])('is refused on %s, the subject of another type or order', (subject) => {
    expect(refusal(stored({}, subject)).reason).toBe('subject-mismatch');
  });

  it('may have data of exactly 256 KB in either mode', () => {
    const room = 256 * 1024 - Buffer.byteLength(JSON.stringify({ ...example, note: '' }));
    const data = { ...example, note: 'x'.repeat(room) };
    expect(readEvent(pizzaFlow, stored({ data })).event.data).toEqual(data);
    expect(readEvent(pizzaFlow, stored({ data }, undefined, toStructured)).event.data).toEqual(data);
  });
});
