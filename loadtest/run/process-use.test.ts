import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventually } from '#shared/testing/eventually.ts';
import { cpuPerOrder, type ProcessUse, rssSlope, watchProcesses } from './process-use.ts';

const use = (rss: (minute: number) => number, minutes = 30): ProcessUse => ({
  name: 'kitchen',
  samples: Array.from({ length: minutes }, (_, minute) => ({
    at: minute * 60_000,
    rssMB: rss(minute),
    cpuUs: minute * 1_000_000,
  })),
});

describe('the memory of a process', () => {
  it('has a slope in MB per hour', () => {
    expect(rssSlope(use((minute) => 100 + minute))).toBeCloseTo(60);
    expect(rssSlope(use(() => 100))).toBeCloseTo(0);
  });

  it('may grow at first: only what comes after that is a leak', () => {
    expect(rssSlope(use((minute) => (minute < 9 ? 50 + minute * 10 : 140)))).toBeCloseTo(0);
  });

  it('has no slope over a few minutes', () => {
    expect(rssSlope(use((minute) => minute, 7))).toBeUndefined();
  });
});

describe('the processor time of a process', () => {
  it('is shared out among the orders', () => {
    expect(
      cpuPerOrder(
        use(() => 1),
        1_000,
      ),
    ).toBe(29_000);
    expect(
      cpuPerOrder(
        use(() => 1),
        0,
      ),
    ).toBeUndefined();
  });
});

describe.runIf(existsSync('/proc/self/stat'))('watching', () => {
  it('sees this process, and nothing of one that is not there', async () => {
    const watch = watchProcesses(() => [
      { name: 'this', pid: process.pid },
      { name: 'none', pid: 2 ** 30 },
    ]);
    const seen = await eventually(async () => {
      const uses = await watch.stop();
      return (uses[0]?.samples.length ?? 0) >= 2 ? uses : undefined;
    }, 'two samples');
    expect(seen.map(({ name }) => name)).toEqual(['this']);
    expect(seen[0]?.samples.every(({ rssMB }) => rssMB > 10)).toBe(true);
  });
});
