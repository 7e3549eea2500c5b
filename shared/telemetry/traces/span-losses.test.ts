import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSpanLosses, type LostSpans } from './span-losses.ts';

describe('lost spans', () => {
  let logged: LostSpans[];
  beforeEach(() => {
    vi.useFakeTimers();
    logged = [];
  });
  afterEach(() => vi.useRealTimers());
  const losses = () => createSpanLosses((lost) => logged.push(lost), 5_000);

  it('are counted by reason', () => {
    const { totals, add } = losses();
    expect(totals).toEqual({ 'queue-full': 0, 'export-failed': 0 });
    add(1, 'queue-full');
    add(512, 'export-failed', new Error('refused'));
    add(1, 'queue-full');
    expect(totals).toEqual({ 'queue-full': 2, 'export-failed': 512 });
  });

  it('are logged together: one line per reason every few seconds, with the last error', () => {
    const { add } = losses();
    for (let n = 0; n < 1_000; n++) add(1, 'queue-full');
    add(3, 'export-failed', new Error('first'));
    add(4, 'export-failed', new Error('last'));
    vi.advanceTimersByTime(4_999);
    expect(logged).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(logged).toEqual([
      { spans: 1_000, reason: 'queue-full', error: undefined },
      { spans: 7, reason: 'export-failed', error: 'last' },
    ]);
    vi.advanceTimersByTime(60_000);
    expect(logged).toHaveLength(2);
    add(5, 'export-failed');
    vi.advanceTimersByTime(5_000);
    expect(logged.at(-1)).toEqual({ spans: 5, reason: 'export-failed', error: undefined });
  });

  it('are logged at once when the process ends; without a loss nothing is', () => {
    const { add, flush } = losses();
    flush();
    expect(logged).toEqual([]);
    add(2, 'export-failed');
    flush();
    expect(logged).toHaveLength(1);
    vi.advanceTimersByTime(60_000);
    expect(logged).toHaveLength(1);
  });
});
