import type { Recalled } from '#shared/runtime/service.ts';
import type { Correlation, Fact } from '#shared/store/store.ts';
import type { InventoryState } from './decide.ts';

/** What inventory had decided when it published this: to reserve, to refuse, or that a reservation ran out. */
export function recall({ state }: Correlation, { type, data }: Fact): Recalled {
  switch (type) {
    case 'inventory.reserved':
      return { state: { status: 'reserved', expiresAt: Date.parse(String(data.expiresAt)) } satisfies InventoryState };
    case 'inventory.unavailable':
      return {
        state: {
          status: 'refused',
          reason: String(data.reason),
          missing: (data.missing ?? []) as string[],
        } satisfies InventoryState,
      };
    case 'inventory.expired':
      return { state: { ...(state as InventoryState), expired: true } };
    default:
      return {};
  }
}
