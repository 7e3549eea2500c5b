import { chance } from '#shared/contracts/chance.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import type { Clock } from '#shared/kernel/clock.ts';
import type { Injection } from '#shared/kernel/instrumentation.ts';
import type { PublishMiddleware } from '#shared/messaging/bus.ts';
import type { Middleware } from '#shared/messaging/failure-policy.ts';
import { type CallMiddleware, dependencyFault } from './dependency-fault.ts';
import { affects, type FaultContext, type Target, targetOf } from './fault-context.ts';
import type { FaultSpec } from './fault-spec.ts';
import { corrupt, delay, drop, duplicate, reorder } from './message-faults.ts';

export interface FaultSwitchOptions {
  readonly flow: Flow;
  readonly service: string;
  readonly seed: number;
  readonly timeScale: number;
  readonly clock: Pick<Clock, 'now' | 'wait'>;
  readonly injected?: (injection: Injection) => void;
}

export interface FaultSwitch {
  readonly publishMiddleware: PublishMiddleware;
  readonly deliveryMiddleware: Middleware;
  /** The same calls, subject to the dependency faults that are set. `port` is a plain object; its methods return promises. */
  readonly dependency: <T extends object>(name: string, port: T) => T;
  list(): readonly FaultSpec[];
  /** Replaces what was set; faults of other services are ignored. @throws Error naming a type that is not in the flow */
  set(specs: readonly FaultSpec[]): void;
  /** Sets none; what is held continues at once. */
  clear(): void;
}

/** While no fault is set, a publish or a delivery costs one more function call. */
export function createFaultSwitch(options: FaultSwitchOptions): FaultSwitch {
  const { flow, service } = options;
  let specs: readonly FaultSpec[] = [];
  /** The first is the outermost. */
  let injections: readonly Injector[] = [];
  let cleared = new AbortController();

  function set(given: readonly FaultSpec[]): void {
    for (const spec of given) assertKnown(flow, spec);
    cleared.abort();
    cleared = new AbortController();
    specs = given.filter((spec) => spec.service === undefined || spec.service === service);
    injections = specs.map((spec) => injectorOf(spec, contextOf(spec, options, cleared.signal)));
  }

  /** Calls what `compose` makes of the current faults; it is asked again only after these changed. */
  function following<Args extends unknown[], Result>(compose: () => (...args: Args) => Result) {
    let composedFrom = injections;
    let composed = compose();
    return (...args: Args): Result => {
      if (composedFrom !== injections) {
        composedFrom = injections;
        composed = compose();
      }
      return composed(...args);
    };
  }

  return {
    publishMiddleware: (next) =>
      following(() => injections.reduceRight((inner, { publish }) => publish?.(inner) ?? inner, next)),
    deliveryMiddleware: (next) =>
      following(() => injections.reduceRight((inner, { delivery }) => delivery?.(inner) ?? inner, next)),
    dependency: (name, port) => faultyPort(name, port, () => injections.flatMap(({ call }) => call ?? [])),
    list: () => specs,
    set,
    clear: () => set([]),
  };
}

interface Injector {
  readonly publish?: PublishMiddleware;
  readonly delivery?: Middleware;
  readonly call?: CallMiddleware;
}

function injectorOf(spec: FaultSpec, context: FaultContext): Injector {
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

function contextOf(
  spec: FaultSpec,
  { flow, seed, timeScale, clock, injected }: FaultSwitchOptions,
  cleared: AbortSignal,
): FaultContext {
  const affectsTarget = (target: Target) => affects(spec, target, seed);
  return {
    now: clock.now,
    hold: (ms) => clock.wait(ms, cleared),
    chance: (text) => chance(spec.seed ?? seed, text),
    timeScale,
    affects: affectsTarget,
    affected(subject) {
      const target = targetOf(flow, subject);
      return target && affectsTarget(target) ? target : undefined;
    },
    injected: (fault, target) => injected?.({ fault, ...target }),
  };
}

function assertKnown({ events }: Flow, spec: FaultSpec): void {
  if ('type' in spec && spec.type !== undefined && !Object.hasOwn(events, spec.type))
    throw new Error(
      `the type of a fault is ${spec.type}, which is no event: there are ${Object.keys(events).join(', ')}`,
    );
}

type Method = (...args: unknown[]) => Promise<unknown>;

function faultyPort<T extends object>(dependency: string, port: T, faults: () => readonly CallMiddleware[]): T {
  const methods = Object.entries(port as Record<string, Method>).map(([name, method]) => {
    const faulty: Method = (...args) => {
      const wraps = faults();
      if (wraps.length === 0) return method.apply(port, args);
      const key = JSON.stringify([name, ...args]);
      const call = wraps.reduceRight<() => Promise<unknown>>(
        (invoke, wrap) => () => wrap({ dependency, key, invoke }),
        () => method.apply(port, args),
      );
      return call();
    };
    return [name, faulty];
  });
  return Object.fromEntries(methods) as T;
}
