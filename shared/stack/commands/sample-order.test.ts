import { expect, test } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { sampleBody } from './sample-order.ts';

test('the sample is the contract’s example without the id that the intake gives', () => {
  expect(JSON.parse(sampleBody(pizzaFlow))).toMatchObject({ pizzaType: 'margherita', totalAmount: 15.99 });
  expect(sampleBody(pizzaFlow)).not.toContain('orderId');
});
