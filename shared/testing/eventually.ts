import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until there is an answer other than undefined.
 * @throws when there is none within `withinMs` (generous: it only ends a test that would never end), naming what was
 * waited for and the last error.
 */
export async function eventually<T>(ask: () => Promise<T | undefined>, what: string, withinMs = 20_000): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (let cause: unknown; ; await delay(10)) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for ${what}`, { cause });
  }
}
