import { describe, expect, it } from 'vitest';
import { percentile, spreadOf } from './percentile.ts';

describe('percentile', () => {
  it('takes the nearest rank of unsorted values', () => {
    const values = Array.from({ length: 200 }, (_, at) => 200 - at);
    expect([percentile(values, 50), percentile(values, 99), percentile(values, 100)]).toEqual([100, 198, 200]);
    expect([percentile([3, 1, 2], 50), percentile([3, 1, 2], 67)]).toEqual([2, 3]);
  });

  it('takes the only value for every p', () => {
    expect([percentile([7], 1), percentile([7], 99)]).toEqual([7, 7]);
  });

  it('is NaN when there is nothing to take from', () => {
    expect(percentile([], 50)).toBeNaN();
  });
});

describe('spreadOf', () => {
  it('takes the middle of an odd number of values', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 });
  });

  it('takes the mean of the middle two of an even number', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
  });
});
