import { chance } from '#shared/contracts/chance.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import type { FaultSpec, ServiceFaultName } from './fault-spec.ts';

/** What a fault may affect: an event of an order, or a call about one (then `type` is the dependency's name). */
export interface Target {
  readonly type: string;
  readonly orderId: string;
}

export interface FaultContext {
  /** The process' wall clock, ms since the epoch. */
  readonly now: () => number;
  /** Resolves after so many ms, or at once when the fault is cleared. */
  readonly hold: (ms: number) => Promise<void>;
  /** 0 <= x < 1, the same for the same text. */
  readonly chance: (text: string) => number;
  readonly timeScale: number;
  readonly affects: (target: Target) => boolean;
  /** The event that a message at this subject is about, if the fault affects it. */
  readonly affected: (subject: string) => Target | undefined;
  /** Logs, counts and marks on the span that the fault was injected. */
  readonly injected: (fault: ServiceFaultName, target: Target) => void;
}

/** The event that a subject of the flow is about; undefined for anything else, dead letters included. */
export function targetOf({ subjectPrefix, events }: Flow, subject: string): Target | undefined {
  if (!subject.startsWith(`${subjectPrefix}.`)) return undefined;
  const at = subject.lastIndexOf('.');
  const type = subject.slice(subjectPrefix.length + 1, at);
  return Object.hasOwn(events, type) ? { type, orderId: subject.slice(at + 1) } : undefined;
}

/** Whether the fault affects this target. Deterministic: every call and every replica gets the same answer. */
export function affects(spec: FaultSpec, { type, orderId }: Target, seed: number): boolean {
  if ('type' in spec && spec.type !== undefined && spec.type !== type) return false;
  if (spec.orderId !== undefined && spec.orderId !== orderId) return false;
  return spec.share === 1 || chance(spec.seed ?? seed, `${spec.fault}:${orderId}`) < spec.share;
}
