import type { Flow } from '#shared/contracts/flow.ts';
import { buildEvent, draftId, toWire } from '#shared/messaging/build-event.ts';
import type { Change, Correlation, Fact, Hold } from '#shared/store/correlation-store.ts';
import { knows } from './facts.ts';
import type { FreshEntry } from './outbox.ts';
import type { Decision, Owed } from './service.ts';

export interface OwedContext {
  readonly flow: Flow;
  readonly service: string;
  /** Publishing is the committer's alone for so long. */
  readonly claimMs: number;
  /** A closed order is kept so long for late duplicates. */
  readonly retainMs: number;
  /** The trace context in which events are created; without one that of the event's cause is kept. */
  readonly traceparent: () => string | undefined;
}

/** What a decision adds to what was done before; undefined when that is nothing. Pure. */
export function owedChange(
  context: OwedContext,
  correlation: Correlation,
  decision: Decision,
  learnt: readonly Fact[],
): Change | undefined {
  const facts = learnt.filter((fact) => !knows(correlation, fact));
  const outbox = outboxOf(context, correlation, decision, facts);
  const holds = owedHolds(correlation, decision.holds ?? []);
  const counts = (decision.counts ?? []).filter((count) => !correlation.counted.has(count.once));
  const nothing =
    facts.length + outbox.length + holds.length + counts.length === 0 &&
    decision.group === correlation.group &&
    decision.dueAt === correlation.dueAt &&
    JSON.stringify(decision.state) === JSON.stringify(correlation.state);
  if (nothing) return undefined;
  return {
    state: decision.state,
    facts,
    outbox,
    claimMs: context.claimMs,
    holds,
    counts,
    group: decision.group,
    since: decision.since,
    dueAt: decision.dueAt,
    ...(decision.closed && { forgetAfterMs: context.retainMs }),
  };
}

/** Taken once; given back or spent only from being held, be it by an earlier one of these. */
function owedHolds({ holds: known }: Correlation, holds: readonly Hold[]): Hold[] {
  const is = new Map(known);
  return holds.filter(({ id, should }) => {
    const isOwed = should === 'held' ? !is.has(id) : is.get(id) === 'held';
    if (isOwed) is.set(id, should);
    return isOwed;
  });
}

function outboxOf(
  { flow, service, traceparent }: OwedContext,
  correlation: Correlation,
  decision: Decision,
  learnt: readonly Fact[],
): FreshEntry[] {
  const latest = learnt.at(-1) ?? correlation.facts.at(-1);
  const entry = (owed: Owed): FreshEntry | undefined => {
    const id = draftId(flow, correlation.id, owed);
    if (correlation.emitted.has(id)) return undefined;
    const cause = owed.cause ?? latest;
    const event = buildEvent(flow, owed, {
      orderId: correlation.id,
      source: service,
      now: correlation.now,
      causationId: cause?.id,
      traceparent: traceparent() ?? cause?.traceparent,
    });
    const wire = toWire(flow, event);
    return { id, message: JSON.stringify(wire), wire };
  };
  return (decision.emit ?? []).flatMap((owed) => entry(owed) ?? []);
}
