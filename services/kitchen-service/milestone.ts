import type { Milestone } from '#shared/kernel/instrumentation.ts';
import type { Fact } from '#shared/store/store.ts';
import type { KitchenRules } from './decide.ts';
import type { Resolution } from './resolve.ts';

/** What is told of a decision: how long the order took, what came last, how close the deadline was. */
export function milestoneOf(
  { requirements, start }: KitchenRules,
  facts: readonly Fact[],
  resolution: Resolution,
  now: number,
  deadline: number,
): Milestone {
  const known = facts.slice(0, resolution.after);
  const contributions = known.filter(({ type }) => requirements.some(({ fulfilled }) => fulfilled === type));
  const created = facts.find(({ type }) => type === start);
  const last = contributions.at(-1);
  const first = contributions[0];
  return {
    outcome: resolution.status === 'failed' ? 'cancelled' : resolution.status,
    missing: resolution.status === 'timeout' ? resolution.missing : [],
    reason: reasonOf(resolution),
    last: requirements.find(({ fulfilled }) => fulfilled === last?.type)?.name,
    contributions,
    startedBy: created,
    decidedBy: resolution.status === 'timeout' ? undefined : known.at(-1),
    sinceOrderedMs: created && Math.max(0, now - created.occurredAt),
    joinWaitMs: first && Math.max(0, now - first.storedAt),
    slackMs: deadline - now,
  };
}

function reasonOf(resolution: Resolution): string | undefined {
  if (resolution.status === 'ready') return undefined;
  return resolution.status === 'failed' ? resolution.reason : 'not-all-events-received';
}
