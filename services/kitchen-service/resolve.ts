import type { Requirement } from '#shared/contracts/flow.ts';
import type { Fact } from '#shared/store/correlation-store.ts';

/** How an order ended, fixed when it is decided. `after`: the number of facts that were known then; later ones are late. */
export type Resolution = { readonly after: number } & (
  | { readonly status: 'ready'; readonly correlationData: Readonly<Record<string, unknown>> }
  | { readonly status: 'failed'; readonly reason: string; readonly cause: string }
  | {
      readonly status: 'timeout';
      readonly receivedEvents: readonly string[];
      readonly missingEvents: readonly string[];
      /** Names of the requirements that were missing. */
      readonly missing: readonly string[];
    }
);

/** Requirement -> its fulfilments, one per business id, in the order in which they arrived. The first one counts. */
export type Contributions = ReadonlyMap<string, readonly Fact[]>;

export function contributionsOf(requirements: readonly Requirement[], facts: readonly Fact[]): Contributions {
  const byName = requirements.map(({ name, fulfilled, businessId }): [string, Fact[]] => [
    name,
    facts.filter(
      (fact, at) =>
        fact.type === fulfilled &&
        facts.findIndex((other) => other.type === fulfilled && other.data[businessId] === fact.data[businessId]) === at,
    ),
  ]);
  return new Map(byName.filter(([, contributions]) => contributions.length > 0));
}

/** Takes the facts in the order in which they were recorded: the first that decides the order, decides it for ever. */
export function resolve(requirements: readonly Requirement[], facts: readonly Fact[]): Resolution | undefined {
  const promised = new Map<string, Fact>();
  const withdrawn: Fact[] = [];
  for (const [at, fact] of facts.entries()) {
    const requirement = requirements.find((r) => [r.fulfilled, r.rejected, r.withdrawn].includes(fact.type));
    if (!requirement) continue;
    const after = at + 1;
    if (fact.type === requirement.rejected) return { status: 'failed', after, ...causeOf(fact, fact.data.reason) };
    if (fact.type === requirement.withdrawn) withdrawn.push(fact);
    else if (!promised.has(requirement.name)) promised.set(requirement.name, fact);
    const withdrawal = withdrawalOf(requirement, promised, withdrawn);
    if (withdrawal) return { status: 'failed', after, ...causeOf(withdrawal, 'ran-out-before-ready') };
    if (promised.size === requirements.length)
      return { status: 'ready', after, correlationData: idsOf(requirements, promised) };
  }
  return undefined;
}

/** A promise that was taken back, whichever of the two events came first. */
const withdrawalOf = (
  { name, withdrawn, businessId }: Requirement,
  promised: ReadonlyMap<string, Fact>,
  withdrawals: readonly Fact[],
) =>
  withdrawals.find(({ type, data }) => type === withdrawn && data[businessId] === promised.get(name)?.data[businessId]);

const idsOf = (requirements: readonly Requirement[], promised: ReadonlyMap<string, Fact>): Record<string, unknown> =>
  Object.fromEntries(requirements.map(({ name, businessId }) => [businessId, promised.get(name)?.data[businessId]]));

/** `payment.failed` because of insufficient-funds -> `payment-failed: insufficient-funds`, the workshop's format. */
export const causeOf = (fact: Fact, why: unknown): { cause: string; reason: string } => {
  const cause = fact.type.replaceAll('.', '-');
  return { cause, reason: `${cause}: ${why}` };
};
