import { expect, expectTypeOf, test } from 'vitest';
import type { PizzaEventData, PizzaEventType } from './pizza-flow.ts';
import { pizzaFlow } from './pizza-flow.ts';

test('an event’s data have the types of its schema', () => {
  expectTypeOf<PizzaEventData['payment.completed']['amountCharged']>().toEqualTypeOf<number>();
  expectTypeOf<PizzaEventData['order.created']['size']>().toEqualTypeOf<'small' | 'medium' | 'large'>();
  expectTypeOf<PizzaEventData['inventory.reserved']['ingredientsReserved'][number]>().toEqualTypeOf<{
    readonly ingredient: string;
    readonly quantity: number;
    readonly unit?: string;
  }>();
  expectTypeOf<PizzaEventData['kitchen.ready']['correlationData']['reservationId']>().toEqualTypeOf<string>();
  expectTypeOf<PizzaEventData['kitchen.ready']['status']>().toEqualTypeOf<'ready-for-preparation'>();
});

test('a misspelt, missing or mistyped field is a type error, and so is a type that nobody declares', () => {
  const data: PizzaEventData['chef.unavailable'] = { orderId: '12345', reason: 'all-busy' };
  // @ts-expect-error the field is `reason`
  expect(data.reasom).toBeUndefined();
  // @ts-expect-error no such field
  const extra: PizzaEventData['chef.unavailable'] = { ...data, chef: 'mario', orderId: '1' };
  // @ts-expect-error reason is missing
  const missing: PizzaEventData['chef.unavailable'] = { orderId: '12345' };
  // @ts-expect-error reason is text
  const mistyped: PizzaEventData['chef.unavailable'] = { orderId: '12345', reason: 1 };
  // @ts-expect-error events are facts
  data.reason = 'changed';
  // @ts-expect-error no such type
  const type: PizzaEventType = 'chef.guessed';
  expect([extra, missing, mistyped]).toHaveLength(3);
  expect(pizzaFlow.events).not.toHaveProperty([type]);
});
