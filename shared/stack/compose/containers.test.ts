import { describe, expect, it } from 'vitest';
import { describeContainers, mebibytesOf } from './containers.ts';

describe('a size as docker stats writes it', () => {
  it.each([
    ['57.2MiB', 57.2],
    ['512KiB', 0.5],
    ['1.5GiB', 1536],
    ['0B', 0],
  ])('%s is %d MiB', (text, size) => {
    expect(mebibytesOf(text)).toBe(size);
  });

  it('in another way is refused, not taken for nothing', () => {
    expect(() => mebibytesOf('57MB')).toThrow('docker stats says 57MB');
    expect(() => mebibytesOf('--')).toThrow('no size');
  });
});

it('the table shows who took how long and how much, and the sum', () => {
  const lines = describeContainers([
    { service: 'nats', state: 'healthy', healthyAfterS: 3.14, memory: { used: 14.4, limit: 256 } },
    { service: 'set-up', state: 'ended (0)', healthyAfterS: undefined, memory: undefined },
    { service: 'redis', state: 'healthy', healthyAfterS: 2, memory: { used: 6.4, limit: 256 } },
  ]);
  expect(lines.map((line) => line.trim().split(/\s{2,}/))).toEqual([
    ['container', 'state', 'healthy', 'used', 'allowed'],
    ['---------', '---------', '-------', '------', '-------'],
    ['nats', 'healthy', '3.1 s', '14 MiB', '256 MiB'],
    ['set-up', 'ended (0)', '–', '–', '–'],
    ['redis', 'healthy', '2.0 s', '6 MiB', '256 MiB'],
    ['together', '21 MiB', '512 MiB'],
  ]);
});
