import type { Requirement } from '#shared/contracts/flow.ts';
import type { Circumstances, Decision, Owed } from '#shared/runtime/service.ts';
import type { Correlation, Fact } from '#shared/store/store.ts';
import { countsOf } from './counts.ts';
import { milestoneOf } from './milestone.ts';
import {
  CONFLICT,
  type Contributions,
  compensationKey,
  contributionsOf,
  type KitchenState,
  type Resolution,
  resolve,
} from './resolve.ts';

export interface KitchenRules {
  readonly requirements: readonly Requirement[];
  readonly start: string;
  readonly outcomes: { readonly ready: string; readonly cancelled: string; readonly timeout: string };
  /** ms */
  readonly orderTimeout: number;
}

export const stateOf = (resolution: Resolution | undefined, asked: KitchenState['asked']): KitchenState => ({
  ...(resolution && { resolution }),
  ...(asked && { asked }),
});

/** The decision table of DESIGN §5, level-triggered: everything owed on the facts so far. */
export function decide(rules: KitchenRules, correlation: Correlation, { now, caughtUp }: Circumstances): Decision {
  const { facts } = correlation;
  const { resolution: known, asked } = (correlation.state ?? {}) as KitchenState;
  const since = clockStart(rules, facts);
  const deadline = since + rules.orderTimeout;
  const resolution =
    known ??
    resolve(rules.requirements, facts, asked) ??
    (caughtUp && now >= deadline ? timedOut(rules, facts) : undefined);
  const state = stateOf(resolution, asked);
  const contributions = contributionsOf(rules.requirements, facts, state);
  const compensations = compensationsOf(rules, correlation.id, contributions, facts, state);
  return {
    state,
    emit: [...(resolution ? [outcomeEvent(rules, correlation.id, facts, resolution)] : []), ...compensations],
    counts: countsOf(rules.requirements, contributions, resolution, compensations),
    milestone: resolution && !known ? milestoneOf(rules, facts, resolution, now, deadline) : undefined,
    group: resolution ? undefined : missingOf(rules.requirements, facts).join('+'),
    since: resolution ? undefined : since,
    dueAt: resolution ? undefined : deadline,
    closed: resolution !== undefined,
  };
}

/** order.created starts the clock at its time in the stream; until it is known, the earliest event does provisionally. */
function clockStart({ start }: KitchenRules, facts: readonly Fact[]): number {
  const created = facts.find(({ type }) => type === start);
  return created?.storedAt ?? Math.min(...facts.map(({ storedAt }) => storedAt));
}

/** The requirements not fulfilled yet, sorted by name. */
const missingOf = (requirements: readonly Requirement[], facts: readonly Fact[]): string[] =>
  requirements
    .filter((r) => !facts.some(({ type }) => type === r.fulfilled))
    .map(({ name }) => name)
    .sort();

export function timedOut({ requirements }: KitchenRules, facts: readonly Fact[]): Resolution {
  const fulfilled = requirements.map((r) => r.fulfilled);
  const receivedEvents = fulfilled.filter((type) => facts.some((fact) => fact.type === type));
  const missingEvents = fulfilled.filter((type) => !receivedEvents.includes(type));
  return {
    status: 'timeout',
    after: facts.length,
    receivedEvents,
    missingEvents,
    missing: missingOf(requirements, facts),
  };
}

function outcomeEvent(
  { outcomes }: KitchenRules,
  orderId: string,
  facts: readonly Fact[],
  resolution: Resolution,
): Owed {
  const cause = facts[resolution.after - 1];
  switch (resolution.status) {
    case 'ready':
      return {
        type: outcomes.ready,
        cause,
        data: { orderId, status: 'ready-for-preparation', correlationData: resolution.correlationData },
      };
    case 'failed':
      return { type: outcomes.cancelled, cause, data: { orderId, reason: resolution.reason } };
    case 'timeout': {
      const { receivedEvents, missingEvents } = resolution;
      return {
        type: outcomes.timeout,
        cause,
        data: { orderId, receivedEvents, missingEvents, reason: 'not-all-events-received' },
      };
    }
    default:
      return resolution satisfies never;
  }
}

/** Undo everything that was done for an order that is not made, and whatever was done twice for one that may be. */
function compensationsOf(
  { requirements }: KitchenRules,
  orderId: string,
  contributions: Contributions,
  facts: readonly Fact[],
  { resolution, asked }: KitchenState,
): Owed[] {
  return requirements.flatMap((requirement) =>
    (contributions.get(requirement.name) ?? []).flatMap(({ fact, counts }): Owed[] => {
      const reason =
        asked?.[compensationKey(requirement, fact)] ?? compensationReason(counts, facts.indexOf(fact), resolution);
      if (!reason) return [];
      const { compensation, businessId } = requirement;
      return [{ type: compensation, cause: fact, data: { orderId, [businessId]: fact.data[businessId], reason } }];
    }),
  );
}

function compensationReason(counts: boolean, at: number, resolution: Resolution | undefined): string | undefined {
  if (!counts) return CONFLICT;
  if (!resolution || resolution.status === 'ready') return undefined;
  if (at >= resolution.after) return 'late';
  return resolution.status === 'failed' ? 'order-cancelled' : 'order-timeout';
}
