import { Unavailable } from '../faults.ts';
import type { FaultContext } from './fault-context.ts';
import type { FaultName, FaultOf } from './fault-spec.ts';
import type { Target } from './strikes.ts';

type DependencyFault = FaultOf<Extract<FaultName, `dependency-${string}`>>;
type Call = () => Promise<unknown>;

/** A call to something that the service depends on. */
export interface DependencyCall {
  /** `payment-gateway` */
  readonly dependency: string;
  /** The method and its arguments, as text: the same for a repetition of the same call. */
  readonly key: string;
}

/** Around one call: makes it, makes it later, or throws instead. */
export type Interference = (of: DependencyCall, call: Call) => Promise<unknown>;

/**
 * Slow: the call is made later. Failing: it is refused, and nothing was done. Timeout: no answer comes, although it was
 * done (`applied`) or not; each call is left without an answer once, so that whoever asks again finds out.
 */
export function failingDependency(spec: DependencyFault, context: FaultContext): Interference {
  const unanswered = new Set<string>();
  return async function interfere({ dependency, key }, call) {
    const target = targetOf(spec, dependency, key);
    const once = spec.fault === 'dependency-timeout';
    if (!target || !context.strikes(target) || (once && unanswered.has(key))) return call();
    context.injected(spec.fault, target);
    if (spec.fault === 'dependency-slow') {
      await context.hold(spec.by / context.timeScale);
      return call();
    }
    if (once) {
      unanswered.add(key);
      if (spec.applied) await call();
    }
    throw new Unavailable(dependency);
  };
}

/** An order is recognised by its id in the arguments; without one to look for, each call stands for itself. */
function targetOf(spec: DependencyFault, dependency: string, key: string): Target | undefined {
  if (spec.dependency !== undefined && spec.dependency !== dependency) return undefined;
  if (spec.orderId !== undefined && !key.includes(JSON.stringify(spec.orderId).slice(1, -1))) return undefined;
  return { type: dependency, orderId: spec.orderId ?? key };
}
