import type { Milestone } from '#shared/kernel/instrumentation.ts';
import { deadlineOf, type KitchenRules } from './decide.ts';
import type { KitchenState } from './state.ts';

/** What is reported of a decision: how long the order took, what came last, how close the deadline was. */
export function milestoneOf(
  rules: KitchenRules,
  before: KitchenState,
  after: KitchenState,
  now: number,
): Milestone | undefined {
  const { resolution, contributions, created, latest } = after;
  if (before.resolution || !resolution) return undefined;
  const [first, last] = [contributions.at(0), contributions.at(-1)];
  const decidedBy = resolution.outcome === 'timeout' ? undefined : latest;
  // The store's clock may be behind the stream's: at least the stream's own time has passed.
  const endedAt = Math.max(now, decidedBy?.storedAt ?? now);
  return {
    outcome: resolution.outcome,
    missing: resolution.outcome === 'timeout' ? resolution.missing : [],
    reason: reasonOf(resolution),
    last: last?.requirement.name,
    contributions: contributions.map(({ event }) => event),
    startedBy: created,
    decidedBy,
    sinceOrderedMs: created && endedAt - created.storedAt,
    joinWaitMs: first && endedAt - first.event.storedAt,
    slackMs: (deadlineOf(rules, after) ?? now) - now,
  };
}

function reasonOf(resolution: NonNullable<KitchenState['resolution']>): string | undefined {
  if (resolution.outcome === 'ready') return undefined;
  return resolution.outcome === 'cancelled' ? resolution.reason : 'not-all-events-received';
}
