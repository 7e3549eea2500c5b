import { writeFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import type { Span } from './explain-slowest.ts';

/** ms since 1970, comparable between processes of one machine. */
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

/** Preload this URL (`--import`): the process writes its pauses to `<folder>/<pid>.json` when it ends. */
export const gcRecorder = (folder: string): string =>
  new URL(`gc-pauses.ts?folder=${encodeURIComponent(folder)}`, import.meta.url).href;

const folder = new URL(import.meta.url).searchParams.get('folder');
if (folder) {
  const pauses = observeGc();
  process.once('exit', () => writeFileSync(`${folder}/${process.pid}.json`, JSON.stringify(pauses)));
}
