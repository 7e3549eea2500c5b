import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalsOf, fromMinor, isAmount, toMinor } from './money.ts';

describe('money', () => {
  it.each([
    [15.99, 'GBP', 1599],
    [0.1, 'EUR', 10],
    [0.07, 'USD', 7],
    [1200, 'JPY', 1200],
    [1.234, 'KWD', 1234],
    [99_999_999.99, 'GBP', 9_999_999_999],
  ])('%d %s is %d minor units, and back', (amount, currency, minor) => {
    expect(toMinor(amount, currency)).toBe(minor);
    expect(fromMinor(minor, currency)).toBe(amount);
  });

  it.each([
    [15.999, 'GBP'],
    [1.5, 'JPY'],
    [100_000_000, 'GBP'],
    [1e21, 'GBP'],
    [1e-7, 'GBP'],
    [-1, 'GBP'],
    [Number.NaN, 'GBP'],
  ])('%d %s is no amount', (amount, currency) => {
    expect(isAmount(amount, currency)).toBe(false);
    expect(() => toMinor(amount, currency)).toThrow(RangeError);
  });

  it('refuses an unknown currency', () => {
    expect(() => decimalsOf('PIZ')).toThrow('PIZ is no ISO 4217 currency code');
  });

  it('survives the way to decimals and back for every number of minor units', () => {
    const currencies = fc.constantFrom('GBP', 'JPY', 'KWD');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 10 - 1 }), currencies, (minor, currency) => {
        expect(toMinor(fromMinor(minor, currency), currency)).toBe(minor);
      }),
    );
  });

  it('is what its shortest decimal text says, for any float', () => {
    const asText = (amount: number, currency: string): boolean => {
      const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(String(amount)) ?? [];
      const decimals = decimalsOf(currency);
      return whole !== undefined && fraction.length <= decimals && whole.length + decimals <= 10;
    };
    const near = fc.tuple(
      fc.integer({ min: -1, max: 10 ** 10 + 1 }),
      fc.constantFrom(0, 2, 3, 4),
      fc.constantFrom(-1, 0, 1),
    );
    const amounts = fc.oneof(
      fc.double(),
      fc.double({ min: 0, max: 1e10 }),
      near.map(([minor, decimals, ulps]) => (minor / 10 ** decimals) * (1 + ulps * Number.EPSILON)),
      fc.constantFrom(-0, 1e10, 1e8, 99_999_999.99, 99_999_999.999, 5e-324, 0.005, 1.005),
    );
    fc.assert(
      fc.property(amounts, fc.constantFrom('GBP', 'JPY', 'KWD'), (amount, currency) => {
        expect(isAmount(amount, currency)).toBe(asText(amount, currency));
      }),
      { numRuns: 20_000 },
    );
  });
});
