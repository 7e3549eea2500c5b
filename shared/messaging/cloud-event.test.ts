import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTimestamp, timestampOf } from './cloud-event.ts';

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
  const upTo = (max: number) => fc.integer({ min: 0, max });
  const two = (number: number) => String(number).padStart(2, '0');
  const numbers = fc.tuple(upTo(13), upTo(33), upTo(25), upTo(61), upTo(59));
  const end = fc.constantFrom('Z', '.123Z', '.1Z', '+01:00', '', 'z', '+99:00');
  fc.assert(
    fc.property(numbers, end, ([month, day, hour, minute, second], zone) => {
      const said = `2026-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${zone}`;
      const isDay = month > 0 && month < 13 && day > 0 && day <= new Date(Date.UTC(2026, month, 0)).getUTCDate();
      const isTime = isDay && hour < 24 && minute < 60 && zone !== '' && zone !== '+99:00';
      expect(readTimestamp(said)).toBe(isTime ? said : undefined);
      if (isTime) expect(Date.parse(said)).not.toBeNaN();
    }),
    { numRuns: 20_000 },
  );
  for (const said of ['2026', '2026-01-13 10:00:15Z', '13 Jan 2026 10:00:15 Z', '2026-01-13T10:00:15.123Z\n'])
    expect(readTimestamp(said)).toBeUndefined();
});
