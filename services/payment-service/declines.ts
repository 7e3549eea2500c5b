import { chance } from '#shared/contracts/chance.ts';
import { own } from '#shared/contracts/own.ts';
import { declinedCustomers } from './bank-customers.ts';
import type { ChargeRequest } from './gateway.ts';

/** By rule, then at random by seed; undefined: approved. */
export function declineOf(request: ChargeRequest, seed: number, rate: number) {
  const atRandom = rate > 0 && chance(seed, request.paymentId) < rate ? declinedCustomers['cust-declined'] : undefined;
  return own(declinedCustomers, request.customerId) ?? atRandom;
}
