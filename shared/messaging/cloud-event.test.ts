import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTimestamp, timestampOf } from './cloud-event.ts';

test('a time is written as Date writes it, within the same second and in another', () => {
  const ms = fc.oneof(
    fc.integer({ min: -5_000, max: 5_000 }),
    fc.integer({ min: -8.64e15, max: 8.64e15 }),
    fc.double({ min: -1e4, max: 1e4, noNaN: true }),
  );
  fc.assert(
    fc.property(ms, (any) => {
      expect(timestampOf(any)).toBe(new Date(any).toISOString());
    }),
    { numRuns: 5_000 },
  );
  for (const none of [Number.NaN, Infinity, 8.64e15 + 1]) expect(() => timestampOf(none)).toThrow(RangeError);
});

test('a timestamp has the form of RFC 3339 and is a time', () => {
  const upTo = (max: number) => fc.integer({ min: 0, max }).map((digits) => String(digits).padStart(2, '0'));
  const plain = fc
    .tuple(upTo(13), upTo(33), upTo(25), upTo(61), upTo(61))
    .map(([month, day, hour, minute, second]) => `2026-${month}-${day}T${hour}:${minute}:${second}`);
  const end = fc.constantFrom('Z', '.123Z', '.1Z', '+01:00', '', 'z', '+99:00');
  fc.assert(
    fc.property(plain, end, (time, zone) => {
      const said = `${time}${zone}`;
      expect(isTimestamp(said)).toBe(zone !== '' && !Number.isNaN(Date.parse(said)));
    }),
    { numRuns: 20_000 },
  );
  for (const said of ['2026', '2026-01-13 10:00:15Z', '13 Jan 2026 10:00:15 Z', '2026-01-13T10:00:15.123Z\n'])
    expect(isTimestamp(said)).toBe(false);
  for (const said of ['2026-01-31T23:59:59.999Z', '2026-01-13t10:00:15z', '2028-02-29T10:00:15+01:00'])
    expect(isTimestamp(said)).toBe(true);
});
