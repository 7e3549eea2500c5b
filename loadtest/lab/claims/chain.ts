import type { Claim } from './claim.ts';
import { foreignField, more } from './evidence.ts';

const problem = (says: string, by: Claim['by']): Claim => ({ subject: 'chain', is: 'con', says, by });

export const chainClaims: readonly Claim[] = [
  problem('Payment handles data that only inventory needs.', foreignField('payment-service')),
  problem('Inventory handles data of payment and for the chef.', foreignField('inventory-service')),
  problem(
    'A change ripples through the chain.',
    more('changed-by-field', 'event types that one more field of the order changes'),
  ),
  problem(
    'The services are tightly coupled.',
    more('changed-by-requirement', 'declarations that one more requirement changes'),
  ),
];
