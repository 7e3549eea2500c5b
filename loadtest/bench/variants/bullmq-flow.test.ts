import type { FlowJob } from 'bullmq';
import { expect, it } from 'vitest';
import { createSubmit } from './bullmq-flow.ts';

const order = (n: number) => ({
  orderId: `o-${n}`,
  customerId: 'c',
  pizzaType: 'margherita',
  toppings: [],
  size: 'large' as const,
  totalAmount: 1,
  currency: 'GBP',
});

it('adds the orders of one turn together, 50 at most, and each once', async () => {
  const batches: string[][] = [];
  const addBulk = async (flows: FlowJob[]) => {
    batches.push(flows.map(({ data }) => data.orderId));
    return [];
  };
  const submit = createSubmit({ addBulk });
  await Promise.all(Array.from({ length: 120 }, (_, n) => submit(order(n))));
  await submit(order(120));
  expect(batches.map((batch) => batch.length)).toEqual([50, 50, 20, 1]);
  expect(new Set(batches.flat()).size).toBe(121);
});

it('tells a fault to every order of the batch', async () => {
  const submit = createSubmit({ addBulk: () => Promise.reject(new Error('redis is away')) });
  const settled = await Promise.allSettled([submit(order(0)), submit(order(1))]);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
