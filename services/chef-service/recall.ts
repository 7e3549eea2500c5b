import type { Recalled } from '#shared/runtime/service.ts';
import type { Correlation, Fact } from '#shared/store/store.ts';
import type { ChefState } from './decide.ts';

/** Whom it had assigned when it published this, or why nobody. */
export function recall(_order: Correlation, { type, data }: Fact): Recalled {
  if (type === 'chef.assigned')
    return { state: { status: 'assigned', chefId: String(data.chefId) } satisfies ChefState };
  if (type === 'chef.unavailable')
    return { state: { status: 'refused', reason: String(data.reason) } satisfies ChefState };
  return {};
}
