import { StartFailure } from './start-failure.ts';

/** Awaits a child, and has it stopped with the rest. @throws StartFailure when everything is being stopped already. */
export type Own = <Child extends { stop(): Promise<void> }>(starting: Promise<Child>) => Promise<Child>;

export interface Running {
  /** Services first, servers last; may be called again. */
  readonly stop: () => Promise<void>;
  readonly service: Own;
  readonly server: Own;
  /** Called when all have ended. */
  readonly afterwards: (() => void)[];
}

/** Remembers what runs, so that all of it can be stopped at any time, also half-way through the start. */
export function keepRunning(signal: AbortSignal | undefined): Running {
  const phases = { service: new Set<() => Promise<void>>(), server: new Set<() => Promise<void>>() };
  const closing: (() => void)[] = [];
  let stopping: Promise<void> | undefined;
  const stopAll = async () => {
    for (const phase of [phases.service, phases.server]) await Promise.all([...phase].map((stopOne) => stopOne()));
    for (const close of closing) close();
  };
  const stop = () => {
    stopping ??= stopAll();
    return stopping;
  };
  signal?.addEventListener('abort', () => void stop(), { once: true });
  const own =
    (phase: Set<() => Promise<void>>): Own =>
    async (starting) => {
      const child = await starting;
      if (stopping || signal?.aborted) {
        await child.stop();
        throw new StartFailure('stopped while starting');
      }
      phase.add(() => child.stop());
      return child;
    };
  return { stop, service: own(phases.service), server: own(phases.server), afterwards: closing };
}
