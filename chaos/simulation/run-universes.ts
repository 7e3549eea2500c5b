import type { Universe } from './universe.ts';
import type { Verdict } from './verdict.ts';

/** Runs that take their turns together: one round of the event loop lets the microtasks of all of them run. */
const TOGETHER = 32;

/** Runs universe after universe, some at a time, and hands over each one's verdict. They know nothing of each other. */
export async function runUniverses(
  universes: Iterator<Universe>,
  onVerdict: (verdict: Verdict) => void,
  signal?: AbortSignal,
): Promise<void> {
  const active: Universe[] = [];
  const enter = (): boolean => {
    const { value, done } = universes.next();
    if (!done) active.push(value);
    return !done;
  };
  while (active.length < TOGETHER && enter());
  while (active.length > 0 && !signal?.aborted) {
    for (const universe of active) universe.turn();
    await new Promise((resolve) => setImmediate(resolve));
    for (let at = active.length - 1; at >= 0; at -= 1) {
      const verdict = active[at]?.verdict;
      if (!verdict) continue;
      onVerdict(verdict);
      active.splice(at, 1);
      enter();
    }
  }
}
