import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { label, orderId } from './fields.ts';
import type { DomainContract, EventContract } from './flow.ts';
import { foreignFields, undescribedBy } from './ownership.ts';
import { definePizzaFlow, pizzaDomains, pizzaFlow } from './pizza-flow.ts';

/** The pizza flow with other data in one event. */
function withData(type: string, shape: z.core.$ZodLooseShape) {
  const domains = pizzaDomains.map((domain: DomainContract): DomainContract => {
    const event = domain.events[type] as EventContract | undefined;
    const changed = event && { ...event, schema: z.looseObject({ orderId, ...shape }) };
    return changed ? { ...domain, events: { ...domain.events, [type]: changed } } : domain;
  });
  return definePizzaFlow(domains);
}

describe('foreign fields', () => {
  it('are in no event of the pizza flow', () => {
    expect(foreignFields(pizzaFlow)).toEqual({});
  });

  it('are those that an event forwards for another domain', () => {
    const flow = withData('chef.assigned', {
      chefId: label,
      pizzaType: label,
      paymentId: label,
      amountCharged: z.number(),
    });
    expect(foreignFields(flow)).toEqual({ 'chef.assigned': ['pizzaType', 'amountCharged'] });
  });

  it('are found within objects and lists', () => {
    const flow = withData('chef.assigned', { order: z.array(z.looseObject({ toppings: z.array(label) })).optional() });
    expect(foreignFields(flow)).toEqual({ 'chef.assigned': ['toppings'] });
  });

  it('are no ids, and no words that each domain says of its own event', () => {
    const flow = withData('chef.unavailable', { customerId: label, reason: label, status: label, currency: label });
    expect(foreignFields(flow)).toEqual({});
  });
});

describe('data that a schema does not describe', () => {
  it.each(Object.entries(pizzaFlow.events))('is in no example: %s', (_type, { schema, example }) => {
    expect(undescribedBy(schema)(example)).toBeUndefined();
  });

  const reserved = pizzaFlow.events['inventory.reserved'] as EventContract;
  it.each<[object, string]>([
    [{ ...reserved.example, pizzaType: 'margherita' }, 'pizzaType'],
    [
      { ...reserved.example, ingredientsReserved: [{ ingredient: 'dough', quantity: 1, price: 2 }] },
      'ingredientsReserved.0.price',
    ],
    [{ ...reserved.example, toString: 1 }, 'toString'],
  ])('is named by its path', (data, path) => {
    expect(undescribedBy(reserved.schema)(data)).toBe(path);
  });
});
