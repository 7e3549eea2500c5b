import type { PublishMiddleware } from '#shared/messaging/bus.ts';
import type { Middleware } from '#shared/messaging/failure-policy.ts';
import { type CallMiddleware, dependencyFault } from './dependency-fault.ts';
import type { FaultContext } from './fault-context.ts';
import type { FaultSpec } from './fault-spec.ts';
import { corrupt, delay, drop, duplicate, reorder } from './message-faults.ts';

/** The middleware of one configured fault, at the place where it applies. */
export interface Injector {
  readonly publish?: PublishMiddleware;
  readonly delivery?: Middleware;
  readonly call?: CallMiddleware;
}

export function injectorOf(spec: FaultSpec, context: FaultContext): Injector {
  switch (spec.fault) {
    case 'delay':
      return { publish: delay(spec, context) };
    case 'duplicate':
      return { publish: duplicate(spec, context) };
    case 'reorder':
      return { publish: reorder(spec, context) };
    case 'corrupt':
      return { publish: corrupt(context) };
    case 'drop':
      return { delivery: drop(context) };
    case 'dependency-slow':
    case 'dependency-failing':
    case 'dependency-timeout':
      return { call: dependencyFault(spec, context) };
    default:
      return spec satisfies never;
  }
}
