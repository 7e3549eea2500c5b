import type { Requirement } from '#shared/contracts/flow.ts';
import type { Fact } from '#shared/store/store.ts';

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

/** What the kitchen remembers of an order: it waits, or how it ended. */
export interface KitchenState {
  readonly resolution?: Resolution;
  /** Only after a rebuild: why something was undone, as the request for it said. */
  readonly asked?: Readonly<Record<string, string>>;
}

/** Why something is undone that was done once too often, whatever becomes of the order. */
export const CONFLICT = 'conflict';

/** Names one undoing: the same for the fulfilment and for the request to undo it. */
export const compensationKey = ({ compensation, businessId }: Requirement, { data }: Fact): string =>
  `${compensation}:${data[businessId]}`;

/** A fulfilment of a requirement. One of them counts; any other was done once too often. */
export interface Contribution {
  readonly fact: Fact;
  readonly counts: boolean;
}

/** Requirement -> its fulfilments, one per business id. */
export type Contributions = ReadonlyMap<string, readonly Contribution[]>;

/**
 * The one that the order was made with counts, else the first that was not asked back as done once too often. After a rebuild
 * that need not be the first of these facts: they are in the order of the stream, in which the kitchen had not got them.
 */
export function contributionsOf(
  requirements: readonly Requirement[],
  facts: readonly Fact[],
  state: KitchenState,
): Contributions {
  const byName = requirements.map((requirement): [string, Contribution[]] => {
    const { name, fulfilled, businessId } = requirement;
    const idOf = ({ data }: Fact) => data[businessId];
    const all = facts.filter(({ type }) => type === fulfilled);
    const distinct = all.filter((fact, at) => all.findIndex((other) => idOf(other) === idOf(fact)) === at);
    const counting = distinct.find((fact) => mayCount(requirement, fact, state));
    return [name, distinct.map((fact) => ({ fact, counts: fact === counting }))];
  });
  return new Map(byName.filter(([, contributions]) => contributions.length > 0));
}

function mayCount(requirement: Requirement, fact: Fact, { resolution, asked }: KitchenState): boolean {
  const { businessId } = requirement;
  if (resolution?.status === 'ready') return resolution.correlationData[businessId] === fact.data[businessId];
  return !wasOnceTooOften(requirement, fact, asked);
}

const wasOnceTooOften = (requirement: Requirement, fact: Fact, asked: KitchenState['asked']): boolean =>
  asked?.[compensationKey(requirement, fact)] === CONFLICT;

/**
 * Takes the facts in the order in which they were recorded: the first that decides the order, decides it for ever. What was
 * asked back as done once too often fulfils nothing.
 */
export function resolve(
  requirements: readonly Requirement[],
  facts: readonly Fact[],
  asked: KitchenState['asked'],
): Resolution | undefined {
  const promised = new Map<string, Fact>();
  const withdrawn: Fact[] = [];
  for (const [at, fact] of facts.entries()) {
    const requirement = requirements.find((r) => [r.fulfilled, r.rejected, r.withdrawn].includes(fact.type));
    if (!requirement) continue;
    const after = at + 1;
    if (fact.type === requirement.rejected) return { status: 'failed', after, ...causeOf(fact, fact.data.reason) };
    if (fact.type === requirement.withdrawn) withdrawn.push(fact);
    else if (!promised.has(requirement.name) && !wasOnceTooOften(requirement, fact, asked))
      promised.set(requirement.name, fact);
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
