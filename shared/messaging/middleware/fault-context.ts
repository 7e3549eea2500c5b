import type { Bus } from '#shared/messaging/bus.ts';
import type { FaultName } from './fault-spec.ts';
import type { Target } from './strikes.ts';

export type Publish = Bus['publish'];

/** What an injection needs to know; all of it comes from the host. */
export interface FaultContext {
  /** The host's clock, ms since the epoch. */
  readonly now: () => number;
  /** Resolves after so many ms, or at once when the fault is cleared: nothing is held longer than its fault is set. */
  readonly hold: (ms: number) => Promise<void>;
  /** 0 <= x < 1, the same for the same text. */
  readonly chance: (text: string) => number;
  /** TIME_SCALE */
  readonly timeScale: number;
  readonly strikes: (target: Target) => boolean;
  /** What the message at this subject is about; undefined when no fault may touch it. */
  readonly targetOf: (subject: string) => Target | undefined;
  /** Logs, counts and marks on the span that it was injected. */
  readonly injected: (fault: FaultName, target: Target) => void;
}

/** The message's target, if it is to be struck. */
export function struck({ targetOf, strikes }: FaultContext, subject: string): Target | undefined {
  const target = targetOf(subject);
  return target && strikes(target) ? target : undefined;
}
