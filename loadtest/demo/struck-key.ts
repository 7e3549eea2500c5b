import { keyedOrderId } from '#services/order-service/order-id.ts';
import type { FaultSpec } from '#shared/faults/fault-spec.ts';
import { affects } from '#shared/faults/selection.ts';

export interface KeyWish {
  /** Begins the key, so that it is new. */
  readonly prefix: string;
  readonly customerId: string;
  /** SEED of the services. */
  readonly seed: number;
  readonly fault: FaultSpec & { readonly type: string };
}

/**
 * An Idempotency-Key whose order the fault strikes. The key decides the order's id, and that with the seed decides what is
 * struck; so keys are tried, some 1 / share of them.
 */
export function struckKey({ prefix, customerId, seed, fault }: KeyWish): string {
  for (let tried = 0; ; tried++) {
    const key = `${prefix}-${tried}`;
    if (affects(fault, { type: fault.type, orderId: keyedOrderId(customerId, key) }, seed)) return key;
  }
}
