import type { Change, Correlation, Fact } from '#shared/store/correlation-store.ts';
import { knows, withFacts } from '../facts.ts';
import { type OwedContext, owedChange } from '../owed.ts';
import type { Behaviour } from '../service.ts';

/** One event of an order's history, as a service sees it: it consumed it, or published it itself. */
export interface PastEvent {
  readonly fact: Fact;
  readonly own: boolean;
}

export interface FoldContext extends OwedContext {
  /** RETENTION, ms. */
  readonly streamKeepsMs: number;
}

export interface Remembered {
  /** Undefined: the order knows all of it, and is to be concluded already. */
  readonly change: Change | undefined;
  /** What the order still owes, although the stream holds it. */
  readonly published: readonly string[];
}

/**
 * An order's due time from when history is added to it until it is concluded: also where nothing is new, since a server may
 * have kept the fact and lost what followed from it.
 */
export const TO_CONCLUDE = 0;

/**
 * Adds history to an order: the facts that the service consumed, what it published, and the state that it published it in.
 * Nothing is decided. Events that the order knows change nothing, so it may be done again. Pure.
 * @param past by the stream's sequence
 */
export function remember({ recall }: Behaviour, seen: Correlation, past: readonly PastEvent[]): Remembered {
  let view = seen;
  const published: string[] = [];
  for (const { fact, own } of past) {
    if (!own) view = withFacts(view, [fact]);
    else if (!view.emitted.has(fact.id)) {
      published.push(fact.id);
      const { state = view.state, facts = [] } = recall?.(view, fact) ?? {};
      view = withFacts({ ...view, state, emitted: new Set([...view.emitted, fact.id]) }, facts);
    }
  }
  const facts = view.facts.filter((fact) => !knows(seen, fact));
  const isToConclude = facts.length + published.length > 0 || seen.dueAt !== TO_CONCLUDE;
  const ids = new Set(past.map(({ fact }) => fact.id));
  return {
    change: isToConclude ? { state: view.state, facts, published, group: seen.group, dueAt: TO_CONCLUDE } : undefined,
    published: seen.outbox.map(({ id }) => id).filter((id) => ids.has(id)),
  };
}

/**
 * What follows from a complete history: holds, counts, group and when to look again. Nothing is emitted. Where the facts ask
 * for a decision that history has not taken, the order is due at once instead, and is decided as any other. Pure.
 *
 * Of an order at the edge of the stream's retention only the end is there, which nothing new is decided on.
 */
export function conclude(context: FoldContext, { decide }: Behaviour, seen: Correlation): Change | undefined {
  if (seen.facts.length === 0 && seen.state === undefined)
    return { state: undefined, ...FORGOTTEN, forgetAfterMs: context.retainMs };
  const decision = decide(seen, { now: seen.now, caughtUp: false, short: [] });
  const change = owedChange(context, seen, decision, []);
  if (!change) return undefined;
  const { outbox = [], claimMs: _, forgetAfterMs, ...kept } = change;
  const effects = decision.effects?.length ?? 0;
  if (outbox.length + effects === 0) return { ...kept, ...(forgetAfterMs !== undefined && { forgetAfterMs }) };
  if (effects === 0 && isPast(context, seen)) return { ...kept, ...FORGOTTEN, forgetAfterMs: context.retainMs };
  const isNew = JSON.stringify(decision.state) !== JSON.stringify(seen.state);
  return isNew ? { state: seen.state, group: seen.group, dueAt: seen.now } : { ...kept, dueAt: seen.now };
}

const FORGOTTEN = { group: undefined, dueAt: undefined } as const;

/** Orders end within ORDER_TIMEOUT, of which the retention is at least three: one of half its age did long ago. */
const isPast = ({ streamKeepsMs }: FoldContext, { facts, now }: Correlation): boolean =>
  facts.every(({ storedAt }) => storedAt < now - streamKeepsMs / 2);
