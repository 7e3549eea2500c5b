import { knownServices } from '#shared/stack/admin-ports.ts';
import type { ServiceWish } from '#shared/stack/service-plan.ts';

/** Every service, the kitchen twice: what replicas must agree on shows with two. */
export const twoKitchens: readonly ServiceWish[] = knownServices().map((name) =>
  name === 'kitchen-service' ? { name, replicas: 2 } : { name },
);
