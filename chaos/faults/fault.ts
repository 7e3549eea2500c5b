import type { FaultSpec } from '#shared/faults/fault-spec.ts';
import type { Target } from '../target/target.ts';

/** Where a fault is injected. */
export interface Scene {
  readonly target: Target;
  /** The message and dependency faults that are set in the services; injecting and undoing one changes it. */
  readonly serviceFaults: Set<FaultSpec>;
}

/** What was done. */
export interface Injected {
  /** For the timeline: `chef-service killed`. */
  readonly what: string;
  /** Takes it back; undefined when there is nothing to take back. Called once, also after a failure. */
  readonly undo?: () => Promise<void>;
}

/** How the chaos runner injects one fault of the vocabulary. */
export interface Fault<Spec> {
  /** What of it is needed before the stack starts. */
  readonly needs?: { readonly network?: true; readonly skewable?: (spec: Spec) => string };
  /** @throws NotRunnable when it cannot be done on this stack */
  readonly inject: (spec: Spec, scene: Scene) => Promise<Injected>;
}
