import { contractOf, type Flow } from '#shared/contracts/flow.ts';
import type { Correlation } from '#shared/store/store.ts';
import type { Known } from './seen-run.ts';

export const knownTo = (service: string, { facts, emitted }: Correlation): Known => ({
  service,
  types: facts.map(({ type }) => type),
  emitted,
});

/** The service that takes the money, and keeps the ledger of it. @throws when none of the flow does */
export function ledgerOwner(flow: Flow): string {
  const requirement = flow.requirements.find(({ amount }) => amount);
  if (!requirement) throw new Error('no requirement of the flow takes money');
  return contractOf(flow, requirement.fulfilled).owner;
}
