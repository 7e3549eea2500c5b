import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineFlow, emittedBy, ownersOf, subjectOf } from './flow.ts';
import { orderRequest } from './order.ts';
import { paymentContract } from './payment.ts';
import { definePizzaFlow, pizzaDomains, pizzaFlow } from './pizza-flow.ts';

const types = Object.entries(pizzaFlow.events);

describe('the contract table', () => {
  it.each(types)('%s: its example fits its schema, with an unknown field, too', (_type, { schema, example }) => {
    expect(schema.safeParse(example).error).toBeUndefined();
    expect(schema.parse({ ...example, addedByANewerMinorVersion: 1 })).toMatchObject(example);
  });

  it.each(types)('%s: each required field is missed when it is not there', (_type, { schema, example }) => {
    for (const field of Object.keys(example)) {
      const without = Object.fromEntries(Object.entries(example).filter(([name]) => name !== field));
      expect(schema.safeParse(without).success, field).toBe(false);
    }
  });

  it.each(types)('%s is published by the owner of its domain, or asked for by the correlator', (type, contract) => {
    const [domain] = type.split('.');
    expect(contract.owner).toBe(contract.askedByCorrelator ? 'kitchen-service' : `${domain}-service`);
  });

  it('lets the correlator ask for the three compensations and the two unhappy outcomes, and for nothing else', () => {
    const asked = types.filter(([, { askedByCorrelator }]) => askedByCorrelator).map(([type]) => type);
    const { cancelled, timeout } = pizzaFlow.outcomes;
    expect(asked.sort()).toEqual([...pizzaFlow.requirements.map((r) => r.compensation), cancelled, timeout].sort());
  });

  it.each(types)('%s has no field for card data', (_type, { schema }) => {
    expect(JSON.stringify(z.toJSONSchema(schema))).not.toMatch(/card|pan\b|cvv|cvc|iban|expiry/i);
  });

  it.each(types)('%s is a JSON Schema', (_type, { schema }) => {
    expect(z.toJSONSchema(schema)).toMatchObject({ type: 'object', required: expect.arrayContaining(['orderId']) });
  });

  it('names the five services as owners', () => {
    expect(ownersOf(pizzaFlow)).toEqual([
      'chef-service',
      'inventory-service',
      'kitchen-service',
      'order-service',
      'payment-service',
    ]);
    expect(emittedBy(pizzaFlow, 'order-service')).toEqual(['order.created']);
  });

  it('refuses a type with two owners, and a flow that names a type that nobody declares', () => {
    expect(() => definePizzaFlow([...pizzaDomains, paymentContract])).toThrow('payment.initiated is declared twice');
    expect(() => defineFlow(pizzaFlow, [])).toThrow('order.created is used by the flow but declared by no contract');
  });
});

it('names subjects by type', () => {
  expect(subjectOf(pizzaFlow, 'payment.completed', '12345')).toBe('pizza.payment.completed.12345');
});

describe('an order request', () => {
  const order = {
    customerId: 'c',
    pizzaType: 'margherita',
    toppings: [],
    size: 'large',
    totalAmount: 15.99,
    currency: 'GBP',
  };

  it('is the data of order.created without its id', () => {
    expect(orderRequest.safeParse(order).success).toBe(true);
  });

  it.each([
    [{ totalAmount: 15.999 }, 'totalAmount'],
    [{ totalAmount: 1500.5, currency: 'JPY' }, 'totalAmount'],
    [{ totalAmount: 0 }, 'totalAmount'],
    [{ totalAmount: '15.99' }, 'totalAmount'],
    [{ currency: 'XXA' }, 'currency'],
    [{ currency: { toString: 1 } }, 'currency'],
    [{ size: 'huge' }, 'size'],
    [{ toppings: 'olives' }, 'toppings'],
    [{ cardNumber: '4111' }, ''],
  ])('is refused with %j', (change, path) => {
    const { error } = orderRequest.safeParse({ ...order, ...change });
    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});
