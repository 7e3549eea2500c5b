import { Unavailable } from '#shared/messaging/faults.ts';
import type { FaultContext, Target } from './fault-context.ts';
import type { FaultSpec } from './fault-spec.ts';
import type { FaultNameOf } from './vocabulary.ts';

type DependencyFault = Extract<FaultSpec, { fault: FaultNameOf<'dependency'> }>;

export interface DependencyCall {
  /** `payment-gateway` */
  readonly dependency: string;
  /** The method and its arguments as JSON: the same text when the call is repeated. */
  readonly key: string;
  readonly invoke: () => Promise<unknown>;
}

/** Around a call: makes it, makes it later, or throws. */
export type CallMiddleware = (call: DependencyCall) => Promise<unknown>;

/** Slow: made later. Failing: refused without effect. Timeout: its answer is lost once, with or without effect (`applied`). */
export function dependencyFault(spec: DependencyFault, context: FaultContext): CallMiddleware {
  const unanswered = new Set<string>();
  return async function faulty({ dependency, key, invoke }) {
    const target = targetOf(spec, dependency, key);
    const once = spec.fault === 'dependency-timeout';
    if (!target || !context.affects(target) || (once && unanswered.has(key))) return invoke();
    context.injected(spec.fault, target);
    if (spec.fault === 'dependency-slow') {
      await context.hold(spec.by / context.timeScale);
      return invoke();
    }
    if (once) {
      unanswered.add(key);
      if (spec.applied) await invoke();
    }
    throw new Unavailable(dependency);
  };
}

/** An order is recognised by its id in the arguments; without `orderId` each distinct call is selected on its own. */
function targetOf(spec: DependencyFault, dependency: string, key: string): Target | undefined {
  if (spec.dependency !== undefined && spec.dependency !== dependency) return undefined;
  if (spec.orderId !== undefined && !key.includes(JSON.stringify(spec.orderId).slice(1, -1))) return undefined;
  return { type: dependency, orderId: spec.orderId ?? key };
}
