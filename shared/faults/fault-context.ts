import type { ServiceFaultName } from './fault-spec.ts';
import type { Target } from './selection.ts';

/** A fault was injected; `type` is the event's type or the dependency's name. */
export interface Injection {
  readonly fault: ServiceFaultName;
  readonly type: string;
  readonly orderId: string;
}

/** What one configured fault works with. */
export interface FaultContext {
  /** The process' wall clock, ms since the epoch. */
  readonly now: () => number;
  /** Resolves after so many ms, or at once when the fault is cleared. */
  readonly hold: (ms: number) => Promise<void>;
  /** 0 <= x < 1, the same for the same text. */
  readonly chance: (text: string) => number;
  /** TIME_SCALE */
  readonly timeScale: number;
  readonly affects: (target: Target) => boolean;
  /** The event that a message at this subject is about; undefined when no fault may touch the message. */
  readonly targetOf: (subject: string) => Target | undefined;
  /** Logs, counts and marks on the span that the fault was injected. */
  readonly injected: (fault: ServiceFaultName, target: Target) => void;
}

/** The message's target, if the fault affects it. */
export function affected({ targetOf, affects }: FaultContext, subject: string): Target | undefined {
  const target = targetOf(subject);
  return target && affects(target) ? target : undefined;
}
