import type { Middleware } from '#shared/messaging/failure-policy.ts';
import type { PublishMiddleware } from '#shared/messaging/with-publish.ts';
import { corrupt } from './corrupt.ts';
import { delay } from './delay.ts';
import { type CallMiddleware, dependencyFault } from './dependency-fault.ts';
import { drop } from './drop.ts';
import { duplicate } from './duplicate.ts';
import type { FaultContext } from './fault-context.ts';
import type { FaultSpec } from './fault-spec.ts';
import { reorder } from './reorder.ts';

/** The middlewares of the configured faults; the first of each list is the outermost. */
export interface Injections {
  readonly publish: readonly PublishMiddleware[];
  readonly delivery: readonly Middleware[];
  readonly call: readonly CallMiddleware[];
}

export const noInjections: Injections = { publish: [], delivery: [], call: [] };

export function injectionsOf(specs: readonly FaultSpec[], contextOf: (spec: FaultSpec) => FaultContext): Injections {
  const each = specs.map((spec) => injectionOf(spec, contextOf(spec)));
  return {
    publish: each.flatMap(({ publish }) => publish ?? []),
    delivery: each.flatMap(({ delivery }) => delivery ?? []),
    call: each.flatMap(({ call }) => call ?? []),
  };
}

interface Injection {
  readonly publish?: PublishMiddleware;
  readonly delivery?: Middleware;
  readonly call?: CallMiddleware;
}

function injectionOf(spec: FaultSpec, context: FaultContext): Injection {
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
