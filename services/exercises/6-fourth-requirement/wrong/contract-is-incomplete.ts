import type { DomainContract } from '#shared/contracts/flow.ts';
import { deliveryContract as right } from '../solution.ts';

export * from '../solution.ts';

const { 'delivery.refused': _, ...events } = right.events;

/** Delivery never refuses, so there is no such event. */
export const deliveryContract: DomainContract = { ...right, events };
