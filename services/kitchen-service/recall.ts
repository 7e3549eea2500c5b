import type { Requirement } from '#shared/contracts/flow.ts';
import type { Recalled } from '#shared/runtime/service.ts';
import type { Correlation, Fact } from '#shared/store/store.ts';
import { type KitchenRules, stateOf, timedOut } from './decide.ts';
import { CONFLICT, causeOf, compensationKey, type KitchenState, type Resolution, resolve } from './resolve.ts';

/**
 * What the kitchen had decided when it published this. An outcome says so itself. A request to undo was published together
 * with an outcome, of which the stream may have got the one and not the other: then what it asks for must stay true.
 */
export function recall(rules: KitchenRules, { state, facts }: Correlation, published: Fact): Recalled {
  const { resolution, asked } = (state ?? {}) as KitchenState;
  const outcome = outcomeOf(rules, facts, published);
  if (outcome) return { state: stateOf(outcome, asked) };
  const requirement = rules.requirements.find(({ compensation }) => compensation === published.type);
  if (!requirement) return {};
  const { reason } = published.data;
  const key = compensationKey(requirement, published);
  return {
    state: stateOf(resolution ?? impliedBy(rules, facts, reason, asked), { ...asked, [key]: String(reason) }),
  };
}

function outcomeOf(
  { outcomes, requirements }: KitchenRules,
  { length: after }: readonly Fact[],
  { type, data }: Fact,
): Resolution | undefined {
  if (type === outcomes.ready)
    return { status: 'ready', after, correlationData: data.correlationData as Record<string, unknown> };
  if (type === outcomes.cancelled) {
    const reason = String(data.reason);
    return { status: 'failed', after, cause: reason.slice(0, reason.indexOf(':')), reason };
  }
  if (type !== outcomes.timeout) return undefined;
  const { receivedEvents, missingEvents } = data as Readonly<Record<string, string[]>>;
  const isMissing = ({ fulfilled }: Requirement) => missingEvents?.includes(fulfilled);
  const missing = requirements.filter(isMissing).map(({ name }) => name);
  return {
    status: 'timeout',
    after,
    receivedEvents: receivedEvents ?? [],
    missingEvents: missingEvents ?? [],
    missing: missing.sort(),
  };
}

/** Something was undone: so the order had ended without being made. A second charge is undone whatever becomes of it. */
function impliedBy(
  rules: KitchenRules,
  facts: readonly Fact[],
  reason: unknown,
  asked: KitchenState['asked'],
): Resolution | undefined {
  if (reason === CONFLICT) return undefined;
  const decided = resolve(rules.requirements, facts, asked);
  if (decided?.status === 'failed') return decided;
  const refusal = facts.find(({ type }) => rules.requirements.some((r) => type === r.rejected || type === r.withdrawn));
  if (reason === 'order-timeout' || !refusal) return timedOut(rules, facts);
  return { status: 'failed', after: facts.length, ...causeOf(refusal, refusal.data.reason ?? 'ran-out-before-ready') };
}
