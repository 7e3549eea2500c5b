import { expect, it } from 'vitest';
import type { OrderLine } from '../k6/order-line.ts';
import { describeProgress } from './show-progress.ts';

const answer = (status: number, tookMs: number): OrderLine => ({ kind: 'answer', at: 0, status, tookMs, orderId: 'o' });
const ready: OrderLine = { kind: 'end', at: 0, status: 'ready', tookMs: 30, orderId: 'o', traceId: 't' };

it('says what happened since it last said so', () => {
  const lines = [...Array.from({ length: 10 }, () => answer(202, 8)), answer(503, 1), answer(0, 9), ready, ready];
  expect(describeProgress(lines, 5)).toBe('2/s accepted, 1 refused, 1 failed; answer p99 9 ms; followed: 2 ready');
});

it('says that nothing happened', () => {
  expect(describeProgress([], 5)).toBe('0/s accepted, 0 refused, 0 failed');
});
