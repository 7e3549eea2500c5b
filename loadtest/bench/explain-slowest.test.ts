import { describe, expect, it } from 'vitest';
import { explainSlowest, type Pause, type Span, slowestText } from './explain-slowest.ts';
import { logPauses } from './watch-pauses.ts';

/** 198 orders of 10 ms and two of 50 ms, from 1000 and 2000. */
const orders: Span[] = [
  ...Array.from({ length: 198 }, (_, n) => ({ from: n, to: n + 10 })),
  { from: 1_000, to: 1_050 },
  { from: 2_000, to: 2_050 },
];
const pause = (cause: string, from: number, ms: number): Pause => ({ cause, from, to: from + ms });
const nothing = { orders: 2, causes: [], unknown: 2 };

describe('explainSlowest', () => {
  it('names the cause that covers half of what an order took beyond the median', () => {
    const slowest = explainSlowest(orders, [pause('GC in kitchen', 990, 30), pause('scrape of chef', 1_030, 5)]);
    expect(slowest).toEqual({ ...nothing, causes: [{ cause: 'GC in kitchen', orders: 1, longest: 20 }], unknown: 1 });
  });

  it('claims nothing for a pause that is too short, or at another time', () => {
    expect(explainSlowest(orders, [pause('GC in kitchen', 1_010, 19), pause('GC in chef', 1_500, 400)])).toEqual(
      nothing,
    );
  });

  it('adds up the pauses of one cause, not those of several', () => {
    const short = (cause: string) => [pause(cause, 1_005, 12), pause('GC in chef', 2_030, 12)];
    expect(explainSlowest(orders, [pause('GC in chef', 2_005, 12), ...short('GC in kitchen')])).toEqual({
      orders: 2,
      causes: [{ cause: 'GC in chef', orders: 1, longest: 24 }],
      unknown: 1,
    });
  });

  it('takes a write of Redis for no longer than it was, anywhere in its second', () => {
    expect(explainSlowest(orders, logPauses('aof-write-alone', [[1, 19]]))).toEqual(nothing);
    expect(explainSlowest(orders, logPauses('aof-write-alone', [[2, 25]])).causes).toEqual([
      { cause: 'Redis aof-write-alone', orders: 1, longest: 25 },
    ]);
  });

  it('has no slowest of nothing', () => {
    expect(explainSlowest([], [])).toEqual({ orders: 0, causes: [], unknown: 0 });
  });
});

it('tells how many each cause explains, and how many none', () => {
  const causes = [{ cause: 'GC in kitchen', orders: 18, longest: 8.7 }];
  expect(slowestText({ orders: 30, causes, unknown: 12 })).toBe(
    'of the 30 slowest: 18 GC in kitchen (up to 9 ms), 12 unknown',
  );
});
