import type { DomainContract } from '#shared/contracts/flow.ts';
import { deliveryContract as right } from '../solution.ts';

export * from '../solution.ts';

const { 'delivery.cancelled': cancelled } = right.events;

/** All events of delivery are delivery's own, its cancellation too. */
export const deliveryContract: DomainContract = {
  ...right,
  events: { ...right.events, ...(cancelled && { 'delivery.cancel': cancelled }) },
};
