import { setTimeout as delay } from 'node:timers/promises';

const ASK_EVERY_MS = 500;

/**
 * Asks again and again until there is an answer other than undefined.
 * @throws Error naming what was waited for, with the last error, when there is none within `withinMs`; or when `signal` aborts
 */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  { what, withinMs, signal }: { readonly what: string; readonly withinMs: number; readonly signal: AbortSignal },
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (let said = ''; ; await delay(ASK_EVERY_MS, undefined, { signal })) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      said = `: ${(error as Error).message}`;
    }
    if (performance.now() > deadline) throw new Error(`waited ${withinMs / 1_000} s in vain for ${what}${said}`);
  }
}

export const secondsSince = (ms: number): string => `${((Date.now() - ms) / 1_000).toFixed(1)} s`;
