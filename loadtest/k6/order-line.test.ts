import { expect, it } from 'vitest';
import { type OrderLine, readOrderLine, writeOrderLine } from './order-line.ts';

it.each<OrderLine>([
  { kind: 'answer', at: 1_795_647_635_564, status: 202, tookMs: 14.77, orderId: 'ord-56' },
  { kind: 'answer', at: 1_795_647_635_564, status: 0, tookMs: 10_000, orderId: undefined },
  { kind: 'end', at: 1_795_647_635_564, status: 'lost', tookMs: 45_010.5, orderId: 'ord-1', traceId: 'e6af8d' },
])('is read as it was written: %j', (line) => {
  expect(readOrderLine(writeOrderLine(line))).toEqual(line);
});

it.each(['', 'Request Failed', 'order|other|1|2|3', 'an order|answer|1'])('is no other line of the log: %j', (text) => {
  expect(readOrderLine(text)).toBeUndefined();
});
