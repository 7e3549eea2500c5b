import { describe, expect, it } from 'vitest';
import type { AnswerLine, EndLine } from '../k6/order-line.ts';
import { OrderRecord, slicesOf } from './order-record.ts';

const START = 1_800_000_000_000;
const answer = (second: number, status = 202, tookMs = 5): AnswerLine => ({
  kind: 'answer',
  at: START + second * 1_000,
  status,
  tookMs,
  orderId: `o-${second}-${status}`,
});
const end = (second: number, status: EndLine['status'], tookMs = 30): EndLine => ({
  kind: 'end',
  at: START + second * 1_000,
  status,
  tookMs,
  orderId: `o-${second}`,
  traceId: 't',
});

describe('the record of a run', () => {
  it('counts as accepted what was answered with 202, and nothing else', () => {
    const record = new OrderRecord();
    for (const line of [answer(0), answer(1, 503), answer(2, 500), answer(3, 0), end(0, 'ready')]) record.add(line);
    expect([...record.accepted()]).toEqual(['o-0-202']);
  });

  it('shows per second how orders were answered and how they ended, by when they were sent', () => {
    const answers = [answer(0), answer(0.5), answer(0.9, 429), answer(2.1, 503), answer(2.2, 500, 90)];
    const slices = slicesOf({ answers, ends: [end(0, 'ready', 40), end(0.5, 'cancelled'), end(2, 'timeout')] });
    expect(slices.map(({ at }) => at)).toEqual([1, 2, 3]);
    expect(slices.map(({ answered }) => answered)).toEqual([
      { accepted: 2, refused: 1, failed: 0 },
      { accepted: 0, refused: 0, failed: 0 },
      { accepted: 0, refused: 1, failed: 1 },
    ]);
    expect(slices[0]).toMatchObject({ ended: { ready: 1, cancelled: 1 }, toReady: { p50: 40, p99: 40 } });
    expect(slices[1]?.answer).toEqual({ p50: Number.NaN, p99: Number.NaN });
    expect(slices[2]).toMatchObject({ ended: { timeout: 1 }, answer: { p50: 5, p99: 90 } });
  });

  it('takes longer slices of a longer run, and still speaks of seconds', () => {
    const answers = Array.from({ length: 1_800 }, (_, second) => answer(second));
    const slices = slicesOf({ answers, ends: [] });
    expect(slices.length).toBeLessThanOrEqual(240);
    expect(slices.slice(0, -1).every(({ answered }) => answered.accepted === 1)).toBe(true);
  });

  it('has nothing to show of nothing', () => {
    expect(slicesOf({ answers: [], ends: [] })).toEqual([]);
  });
});
