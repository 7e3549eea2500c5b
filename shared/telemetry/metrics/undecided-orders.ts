import { type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { LastEntries } from '#shared/kernel/last-entries.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';
import type { Subscriber } from '#shared/messaging/subscriber.ts';

interface Options {
  readonly bus: Pick<Subscriber, 'follow'>;
  readonly flow: Flow;
  /** Older orders are not followed: the correlator's own metrics count them. */
  readonly windowMs: number;
  readonly now?: () => number;
  /** How many decided orders are remembered: an outcome may be read before its order, and an order may be announced twice. */
  readonly remembered?: number;
}

/** Follows accepted orders and their outcomes in the stream, from `windowMs` ago on, so that a restart forgets none. */
export async function followUndecided({ bus, flow, windowMs, now = Date.now, remembered = 20_000 }: Options) {
  /** Order id -> stored at, in the order of the stream: the first one is the oldest. */
  const waiting = new Map<string, number>();
  const decided = new LastEntries<true>(remembered);
  const onOrder = ({ subject, storedAt }: StoredMessage): void => {
    const orderId = orderIdOf(subject);
    if (!decided.get(orderId) && !waiting.has(orderId)) waiting.set(orderId, storedAt);
  };
  const onOutcome = ({ subject }: StoredMessage): void => {
    const orderId = orderIdOf(subject);
    waiting.delete(orderId);
    decided.set(orderId, true);
  };
  const follow = (type: string, onMessage: (message: StoredMessage) => void) =>
    bus.follow(subjectOf(flow, type, '*'), onMessage, { since: now() - windowMs });
  const following = await Promise.all([
    follow(flow.start, onOrder),
    ...Object.values(flow.outcomes).map((type) => follow(type, onOutcome)),
  ]);
  return {
    /** When the stream stored the oldest order that has no outcome yet, ms since the epoch; undefined: all have one. */
    oldest(): number | undefined {
      for (const [orderId, storedAt] of waiting) {
        if (storedAt >= now() - windowMs) return storedAt;
        waiting.delete(orderId);
      }
      return undefined;
    },
    async stop(): Promise<void> {
      await Promise.all(following.map(({ stop }) => stop()));
    },
  };
}

const orderIdOf = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1);
