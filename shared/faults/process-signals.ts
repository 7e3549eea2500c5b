import type { FaultNameOf } from './vocabulary.ts';

/** The signal by which a fault is injected into a process. A restart takes either way to end: SIGKILL or SIGTERM. */
export const processSignals = {
  kill: 'SIGKILL',
  freeze: 'SIGSTOP',
} as const satisfies Partial<Record<FaultNameOf<'process'>, NodeJS.Signals>>;
