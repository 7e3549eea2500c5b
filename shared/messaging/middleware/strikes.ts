import type { Flow } from '#shared/contracts/flow.ts';
import { chance } from '#shared/host/chance.ts';
import type { FaultSpec } from './fault-spec.ts';

/** What a fault may befall: an event of an order. */
export interface Target {
  /** Short type. */
  readonly type: string;
  readonly orderId: string;
}

/** What a subject of the flow speaks of; undefined for anything else, dead letters among it. */
export function targetOf({ subjectPrefix, events }: Flow, subject: string): Target | undefined {
  if (!subject.startsWith(`${subjectPrefix}.`)) return undefined;
  const at = subject.lastIndexOf('.');
  const type = subject.slice(subjectPrefix.length + 1, at);
  return Object.hasOwn(events, type) ? { type, orderId: subject.slice(at + 1) } : undefined;
}

/** Does it strike this one? The same answer each time it is asked, in every replica. */
export function strikes(spec: FaultSpec, { type, orderId }: Target, seed: number): boolean {
  if ('type' in spec && spec.type !== undefined && spec.type !== type) return false;
  if (spec.orderId !== undefined && spec.orderId !== orderId) return false;
  return spec.share === 1 || chance(spec.seed ?? seed, `${spec.fault}:${orderId}`) < spec.share;
}
