import type { Flow } from '#shared/contracts/flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import type { Middleware } from '#shared/messaging/failure-policy.ts';
import type { Interference } from '#shared/messaging/middleware/failing-dependency.ts';
import type { FaultContext, Publish } from '#shared/messaging/middleware/fault-context.ts';
import type { FaultSpec } from '#shared/messaging/middleware/fault-spec.ts';
import { strikes, targetOf } from '#shared/messaging/middleware/strikes.ts';
import { chance } from './chance.ts';
import { type Clock, systemClock } from '#shared/kernel/clock.ts';
import { injectionsOf, noInjections } from './injections.ts';
import { type Injection, type Instrumentation, noInstrumentation } from '#shared/kernel/instrumentation.ts';

export interface FaultSwitchOptions {
  readonly flow: Flow;
  readonly service: string;
  /** SEED */
  readonly seed: number;
  /** TIME_SCALE */
  readonly timeScale: number;
  readonly clock?: Pick<Clock, 'now' | 'wait'>;
  readonly injected?: (injection: Injection) => void;
}

/** Faults of one process, which can be set and cleared while it runs. */
export interface FaultSwitch {
  readonly instrumentation: Instrumentation;
  /** The same port; its calls are interfered with while a fault of a dependency is set. */
  readonly dependency: <T extends object>(name: string, port: T) => T;
  /** What is set in this service. */
  list(): readonly FaultSpec[];
  /** Instead of all that were set; those of other services are left out. @throws Error naming a type that the flow has not */
  set(specs: readonly FaultSpec[]): void;
  /** Sets none; what is held goes on at once. */
  clear(): void;
}

/** While none is set, a publish or a delivery costs one more function call. */
export function createFaultSwitch(options: FaultSwitchOptions): FaultSwitch {
  const { flow, service } = options;
  const rebinds: (() => void)[] = [];
  let specs: readonly FaultSpec[] = [];
  let injections = noInjections;
  let cleared = new AbortController();

  function set(given: readonly FaultSpec[]): void {
    for (const spec of given) assertKnown(flow, spec);
    cleared.abort();
    cleared = new AbortController();
    specs = given.filter((spec) => spec.service === undefined || spec.service === service);
    injections = injectionsOf(specs, (spec) => contextOf(spec, options, cleared.signal));
    for (const rebind of rebinds) rebind();
  }

  /** A function that is what `make` says now, and made anew when the faults change. */
  function rebound<A extends unknown[], R>(make: () => (...args: A) => R): (...args: A) => R {
    let current = make();
    rebinds.push(() => {
      current = make();
    });
    return (...args) => current(...args);
  }

  const faultyBus = (bus: Bus): Bus => {
    const direct: Publish = (message, publishOptions) => bus.publish(message, publishOptions);
    const publish = rebound(() => injections.publish.reduceRight((next, wrap) => wrap(next), direct));
    // Everything else, the getters included, is the bus' own.
    return Object.create(bus, { publish: { value: publish, enumerable: true } }) as Bus;
  };
  const middleware: Middleware = (next) =>
    rebound(() => injections.consume.reduceRight((inner, wrap) => wrap(inner), next));

  return {
    instrumentation: { ...noInstrumentation, bus: faultyBus, middleware: () => middleware },
    dependency: (name, port) => interfered(port, name, () => injections.call),
    list: () => specs,
    set,
    clear: () => set([]),
  };
}

function contextOf(
  spec: FaultSpec,
  { flow, seed, timeScale, clock = systemClock, injected }: FaultSwitchOptions,
  cleared: AbortSignal,
): FaultContext {
  return {
    now: clock.now,
    hold: (ms) => clock.wait(ms, cleared),
    chance: (text) => chance(spec.seed ?? seed, text),
    timeScale,
    strikes: (target) => strikes(spec, target, seed),
    targetOf: (subject) => targetOf(flow, subject),
    injected: (fault, target) => injected?.({ fault, ...target }),
  };
}

function assertKnown({ events }: Flow, spec: FaultSpec): void {
  if ('type' in spec && spec.type !== undefined && !Object.hasOwn(events, spec.type))
    throw new Error(
      `the type of a fault is ${spec.type}, which is no event: there are ${Object.keys(events).join(', ')}`,
    );
}

type Go = () => Promise<unknown>;

function interfered<T extends object>(port: T, dependency: string, current: () => readonly Interference[]): T {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const go: Go = () => value.apply(target, args);
        const faults = current();
        if (faults.length === 0) return go();
        const key = JSON.stringify([name, ...args]);
        return faults.reduceRight<Go>((next, interfere) => () => interfere({ dependency, key }, next), go)();
      };
    },
  });
}
