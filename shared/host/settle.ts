import { Retryable, Terminal } from '#shared/messaging/faults.ts';
import type { Correlation, CorrelationStore, Fact } from '#shared/store/correlation-store.ts';
import { knows, refuseReuse, withFacts } from './facts.ts';
import type { Instrumentation } from './instrumentation.ts';
import type { createOutbox } from './outbox.ts';
import { type OwedContext, owedChange } from './owed.ts';
import { afterCommit, type RecentOrders } from './recent-orders.ts';
import type { Behaviour, Decision, Effect } from './service.ts';

export interface SettleOptions {
  readonly context: OwedContext;
  readonly behaviour: Behaviour;
  readonly store: CorrelationStore;
  readonly outbox: ReturnType<typeof createOutbox>;
  readonly recent: RecentOrders;
  readonly instrumentation: Instrumentation;
  /** Told of every reading of the store, for its clock. */
  readonly heard: (correlation: Correlation) => Correlation;
}

export interface Settled {
  readonly order: Correlation;
  /** The incoming fact was not known before. */
  readonly isNew: boolean;
}

/** One run: what it learnt and asked so far, and the order as it last saw it. */
interface Run {
  current: Correlation;
  readonly incoming: Fact | undefined;
  readonly learnt: Fact[];
  readonly asked: Set<string>;
  short: readonly string[];
  isNew: boolean;
}

/** Facts of one order: a flood of events for one must not slow the others down. */
const MOST_FACTS = 100;
/** So often may others be first before the message is given back. */
const MAX_TRIES = 50;

function refuseFlood(order: Correlation, incoming: Fact): void {
  if (order.facts.length >= MOST_FACTS && !knows(order, incoming))
    throw new Terminal(
      'too-many-events',
      `order ${order.id} has ${MOST_FACTS} different events already: somebody floods it`,
    );
}

/** Decides on an order, and does what is owed, until nothing is owed but what was published. */
export function createSettle({ context, behaviour, store, outbox, recent, instrumentation, heard }: SettleOptions) {
  /** The intent is stored before its effect; so the first call only records, and the decision is taken anew. */
  async function perform(run: Run, effects: readonly Effect[], view: Correlation): Promise<void> {
    const { current, incoming } = run;
    if (incoming && !knows(current, incoming)) {
      const { outcome, correlation } = await store.record(current.id, incoming);
      run.isNew = outcome === 'new';
      run.current = heard(correlation);
      return;
    }
    if (!behaviour.perform)
      throw new TypeError(`${effects.map(({ id }) => id).join(', ')} is owed, and nothing performs it`);
    for (const effect of effects) {
      run.asked.add(effect.id);
      const fact = await behaviour.perform(effect, view);
      if (fact) run.learnt.push(fact);
    }
  }

  /** True when the order is settled; false when the decision is to be taken anew. */
  async function commit(run: Run, decision: Decision): Promise<boolean> {
    const seen = run.current;
    const change = owedChange(context, seen, decision, run.learnt);
    if (!change) {
      await outbox.drain(seen);
      return true;
    }
    const committed = await store.commit(seen.id, seen.version, change, seen.epoch);
    if (committed.outcome === 'short') run.short = [...run.short, ...committed.pools];
    if (committed.outcome === 'stale') run.current = heard(committed.correlation);
    if (committed.outcome !== 'done') return false;
    run.isNew ||= change.facts?.some((fact) => fact === run.incoming) ?? false;
    if (decision.milestone) instrumentation.milestone(seen.id, decision.milestone);
    recent.forget(seen.id);
    await outbox.publish(seen.id, change.outbox ?? []);
    await outbox.drain(seen);
    run.current = afterCommit(seen, change, committed.version);
    recent.keep(run.current);
    return true;
  }

  return async function settle(seen: Correlation, caughtUp: boolean, incoming?: Fact): Promise<Settled> {
    const run: Run = {
      current: seen,
      incoming,
      learnt: incoming ? [incoming] : [],
      asked: new Set(),
      short: [],
      isNew: false,
    };
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      if (incoming) {
        refuseReuse(run.current, incoming);
        refuseFlood(run.current, incoming);
      }
      const view = withFacts(run.current, run.learnt);
      const decision = behaviour.decide(view, { now: run.current.now, caughtUp, short: run.short });
      const effects = (decision.effects ?? []).filter(({ id }) => !run.asked.has(id));
      if (effects.length > 0) await perform(run, effects, view);
      else if (await commit(run, decision)) return { order: run.current, isNew: run.isNew };
    }
    throw new Retryable(`order ${seen.id} changed ${MAX_TRIES} times while it was being decided on`);
  };
}
