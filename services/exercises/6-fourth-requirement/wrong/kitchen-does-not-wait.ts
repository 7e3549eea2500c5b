import type { DomainContract } from '#shared/contracts/flow.ts';
import { deliveryContract as right } from '../solution.ts';

export * from '../solution.ts';

/** The events are declared, and that is enough. */
export const deliveryContract: DomainContract = { events: right.events };
