import type { Circumstances, Decision, Draft } from '#shared/kernel/rules.ts';
import {
  CONFLICT,
  type Contribution,
  clockStart,
  compensationKey,
  countingFor,
  type KitchenFlow,
  type KitchenState,
  missingOf,
} from './state.ts';

export interface KitchenRules extends KitchenFlow {
  /** ms */
  readonly orderTimeout: number;
}

/** The decision table of DESIGN §5: the outcome once, then the compensations. */
export function decide(rules: KitchenRules, state: KitchenState, circumstances: Circumstances): Decision {
  const outcome = state.resolution ? undefined : outcomeOf(rules, state, circumstances);
  return { publish: outcome ? [outcome] : compensations(state, circumstances.orderId) };
}

/** First match wins. */
function outcomeOf(
  rules: KitchenRules,
  state: KitchenState,
  { orderId, now, caughtUp }: Circumstances,
): Draft | undefined {
  const refusal = refusalOf(rules, state);
  if (refusal)
    return { type: rules.outcomes.cancelled, cause: refusal.cause, data: { orderId, reason: refusal.reason } };
  const missing = missingOf(rules, state);
  if (missing.length === 0) return ready(rules, state, orderId);
  const deadline = deadlineOf(rules, state);
  return deadline !== undefined && caughtUp && now >= deadline ? timeout(rules, state, orderId, missing) : undefined;
}

/** A rejection, or the withdrawal of the fulfilment that counts: `payment-failed: insufficient-funds`, the workshop's format. */
function refusalOf({ requirements }: KitchenRules, state: KitchenState) {
  for (const { id: cause, type, data } of state.refusals) {
    const named = type.replaceAll('.', '-');
    const requirement = requirements.find(({ rejected, withdrawn }) => type === rejected || type === withdrawn);
    if (type === requirement?.rejected) return { cause, reason: `${named}: ${data.reason}` };
    const counting = requirement && countingFor(state, requirement);
    if (counting && counting.businessId === data[counting.requirement.businessId])
      return { cause, reason: `${named}: ran-out-before-ready` };
  }
  return undefined;
}

function ready({ requirements, outcomes, readyStatus }: KitchenRules, state: KitchenState, orderId: string): Draft {
  const ids = requirements.map((requirement) => [requirement.businessId, countingFor(state, requirement)?.businessId]);
  const data = { orderId, status: readyStatus, correlationData: Object.fromEntries(ids) };
  return { type: outcomes.ready, ...causedBy(state.contributions.at(-1)?.event), data };
}

function timeout(
  { requirements, outcomes }: KitchenRules,
  state: KitchenState,
  orderId: string,
  missing: string[],
): Draft {
  const typesOf = (isMissing: boolean) =>
    requirements.filter(({ name }) => missing.includes(name) === isMissing).map(({ fulfilled }) => fulfilled);
  const data = {
    orderId,
    receivedEvents: typesOf(false),
    missingEvents: typesOf(true),
    reason: 'not-all-events-received',
  };
  return { type: outcomes.timeout, ...causedBy(state.latest), data };
}

/** Everything fulfilled for an order that is not made, and second fulfilments for one that may be. */
function compensations(state: KitchenState, orderId: string): Draft[] {
  return state.contributions.flatMap((contribution): Draft[] => {
    const { requirement, businessId, event } = contribution;
    const reason = reasonToUndo(state, contribution);
    if (!reason || state.compensated.has(compensationKey(requirement, businessId))) return [];
    const data = { orderId, [requirement.businessId]: businessId, reason };
    return [{ type: requirement.compensation, cause: event.id, data }];
  });
}

function reasonToUndo(state: KitchenState, contribution: Contribution): string | undefined {
  const { resolution } = state;
  if (countingFor(state, contribution.requirement) !== contribution) return CONFLICT;
  if (!resolution || resolution.outcome === 'ready') return undefined;
  if (contribution.isLate) return 'late';
  return resolution.outcome === 'cancelled' ? 'order-cancelled' : 'order-timeout';
}

/** Ms since the epoch. */
export function deadlineOf({ orderTimeout }: KitchenRules, state: KitchenState): number | undefined {
  const since = clockStart(state);
  return since === undefined ? undefined : since + orderTimeout;
}

const causedBy = (event: { readonly id: string } | undefined) => (event ? { cause: event.id } : {});
