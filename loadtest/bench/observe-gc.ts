import { PerformanceObserver } from 'node:perf_hooks';
import type { Span } from './explain-slowest.ts';

/** ms since 1970, to compare processes of one machine by. */
export const wallClock = (): number => performance.timeOrigin + performance.now();

/** The pauses of this process' garbage collector, from now on: the list grows. It keeps no event loop alive. */
export function observeGc(): Span[] {
  const pauses: Span[] = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      const from = performance.timeOrigin + startTime;
      pauses.push({ from, to: from + duration });
    }
  }).observe({ entryTypes: ['gc'] });
  return pauses;
}
