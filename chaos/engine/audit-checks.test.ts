import { expect, it } from 'vitest';
import type { AuditReport, JudgedInvariant } from '#shared/audit/report.ts';
import { checksOf } from './audit-checks.ts';

const held: JudgedInvariant = { name: 'one outcome per order', checked: 7, violations: 0, examples: [] };
const unjudged: JudgedInvariant = {
  name: 'counters agree with events',
  checked: 0,
  violations: 0,
  examples: [],
  notJudged: 'because',
};
const report = (firstSequence: number, invariants: JudgedInvariant[]): AuditReport => ({
  at: '2026-01-01T00:00:00Z',
  tookMs: 1,
  clean: true,
  atRest: true,
  stream: { messages: 1, firstSequence, lastSequence: 9, copies: 0, unreadable: 0 },
  orders: { seen: 7, underWay: 0, older: 0 },
  outcomes: {},
  money: {},
  deadLetters: { kept: 0, explained: 0 },
  invariants,
  violations: 0,
});

it('an invariant that holds is a check that passes, and says how much was looked at', () => {
  expect(checksOf(report(1, [held]))).toEqual([
    { name: 'audit: one outcome per order', passed: true, detail: '7 checked' },
  ]);
});

it('a violated one is named with the orders that are wrong, and how many there are', () => {
  const examples = ['a', 'b', 'c', 'd'].map((orderId) => ({ orderId, detail: 'outcomes: []' }));
  const [check] = checksOf(report(1, [{ ...held, violations: 40, examples }]));
  expect(check).toEqual({
    name: 'audit: one outcome per order',
    passed: false,
    detail: '40: order a: outcomes: []; order b: outcomes: []; order c: outcomes: []',
  });
});

it('what could not be judged has not passed', () => {
  expect(checksOf(report(1, [unjudged]))).toEqual([
    { name: 'audit: counters agree with events', passed: false, detail: 'not judged: because' },
  ]);
});

it('on a stack older than its stream, sums that reach further back are no check', () => {
  expect(checksOf(report(500, [held, unjudged])).map(({ name }) => name)).toEqual(['audit: one outcome per order']);
});
