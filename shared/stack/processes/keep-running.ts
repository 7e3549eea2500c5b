import { StartFailure } from './start-failure.ts';

interface Stoppable {
  stop(): Promise<void>;
}

/** Awaits a child, and has it stopped with the rest. @throws StartFailure when everything is being stopped already. */
export type Own = <Child extends Stoppable>(starting: Promise<Child>) => Promise<Child>;

/** Remembers what runs, so that all of it can be stopped at any time, also half-way through the start. */
export function keepRunning(signal: AbortSignal | undefined) {
  const services: Stoppable[] = [];
  const servers: Stoppable[] = [];
  /** Called when all have ended. */
  const afterwards: (() => void)[] = [];
  let stopping: Promise<void> | undefined;
  const stopAll = async () => {
    for (const phase of [services, servers]) await Promise.all(phase.map((child) => child.stop()));
    for (const close of afterwards) close();
  };
  /** Services first, servers last; may be called again. */
  const stop = (): Promise<void> => {
    stopping ??= stopAll();
    return stopping;
  };
  signal?.addEventListener('abort', () => void stop(), { once: true });
  const ownIn =
    (phase: Stoppable[]): Own =>
    async (starting) => {
      const child = await starting;
      if (stopping || signal?.aborted) {
        await child.stop();
        throw new StartFailure('stopped while starting');
      }
      phase.push(child);
      return child;
    };
  return { stop, service: ownIn(services), server: ownIn(servers), afterwards };
}
