import type { Middleware } from '#shared/messaging/failure-policy.ts';
import { corrupt } from '#shared/messaging/middleware/corrupt.ts';
import { delay } from '#shared/messaging/middleware/delay.ts';
import { drop } from '#shared/messaging/middleware/drop.ts';
import { duplicate } from '#shared/messaging/middleware/duplicate.ts';
import { failingDependency, type Interference } from '#shared/messaging/middleware/failing-dependency.ts';
import type { FaultContext, Publish } from '#shared/messaging/middleware/fault-context.ts';
import type { FaultSpec } from '#shared/messaging/middleware/fault-spec.ts';
import { reorder } from '#shared/messaging/middleware/reorder.ts';

/** What faults do, by where they do it; the first of each is the outermost. */
export interface Injections {
  readonly publish: ((next: Publish) => Publish)[];
  readonly consume: Middleware[];
  readonly call: Interference[];
}

export const noInjections: Injections = { publish: [], consume: [], call: [] };

/** The injections of these faults, each within its own context. */
export function injectionsOf(specs: readonly FaultSpec[], contextOf: (spec: FaultSpec) => FaultContext): Injections {
  const found: Injections = { publish: [], consume: [], call: [] };
  for (const spec of specs) add(found, spec, contextOf(spec));
  return found;
}

function add({ publish, consume, call }: Injections, spec: FaultSpec, context: FaultContext): unknown {
  switch (spec.fault) {
    case 'delay':
      return publish.push(delay(spec, context));
    case 'duplicate':
      return publish.push(duplicate(spec, context));
    case 'reorder':
      return publish.push(reorder(spec, context));
    case 'corrupt':
      return publish.push(corrupt(spec, context));
    case 'drop':
      return consume.push(drop(spec, context));
    case 'dependency-slow':
    case 'dependency-failing':
    case 'dependency-timeout':
      return call.push(failingDependency(spec, context));
    default:
      return spec satisfies never;
  }
}
