import { correlatorOf } from '#shared/contracts/flow.ts';
import { type Pattern, serviceNames } from '#shared/runtime/pattern.ts';
import type { ServiceWish } from '#shared/stack/service-plan.ts';

/** Every service, the one that decides twice: what replicas must agree on shows with two. */
export const twoKitchens = (pattern: Pattern): ServiceWish[] =>
  serviceNames(pattern).map((name) => (name === correlatorOf(pattern.flow) ? { name, replicas: 2 } : { name }));
