import { type Clock, systemClock } from './clock.ts';

/** Runs a task again and again, never twice at once, until stopped; a fault is reported and does not end it. */
export function periodic(
  everyMs: number,
  task: () => Promise<void>,
  onFault: (error: unknown) => void,
  wait: Clock['wait'] = systemClock.wait,
) {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await task().catch(onFault);
      await wait(everyMs, stopping.signal);
    }
  };
  const running = run();
  return {
    /** Resolves when the task under way has ended. */
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}
