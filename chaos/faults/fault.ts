import type { Customers } from '../engine/customers.ts';
import type { Target } from '../target/target.ts';

/** Where a fault is injected. */
export interface Scene {
  readonly target: Target;
  readonly customers: Customers;
  readonly seed: number;
}

/** What was done. */
export interface Injected {
  /** For the timeline: `chef-service killed`. */
  readonly what: string;
  /** Takes it back; undefined when there is nothing to take back. Called once, also after a failure. */
  readonly undo?: () => Promise<void>;
}

/** One kind of fault. */
export interface Fault<Spec> {
  /** One line for `chaos fault list`. */
  readonly meaning: string;
  /** What of it is needed before the stack starts. */
  readonly needs?: { readonly network?: true; readonly skewable?: (spec: Spec) => string };
  /** @throws NotRunnable when it cannot be done on this stack */
  readonly inject: (spec: Spec, scene: Scene) => Promise<Injected>;
}
