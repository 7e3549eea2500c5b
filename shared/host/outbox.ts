import type { Bus, WireMessage } from '#shared/messaging/bus.ts';
import type { Correlation, CorrelationStore, OutboxEntry } from '#shared/store/correlation-store.ts';

/** An entry of this run's own decision: what it was made from spares reading it back. */
export interface FreshEntry extends OutboxEntry {
  readonly wire?: WireMessage;
}

interface OutboxOptions {
  readonly store: CorrelationStore;
  readonly bus: Bus;
  readonly wait: (ms: number) => Promise<void>;
}

/** How often to look whether the claimant of an entry has published it. */
const LOOK_AGAIN_MS = 20;

/** The runs of one order in this process come in turn, so only another process can be at the same entry. */
export function createOutbox({ store, bus, wait }: OutboxOptions) {
  /** Claimed by this process and not marked yet: its own to repeat at once when a try failed. */
  const mine = new Set<string>();

  /** The stream may know the message by its `Nats-Msg-Id` although it is another's: then it goes out under a fresh one. */
  async function publishOne({ id, wire, message }: FreshEntry): Promise<void> {
    const owed = wire ?? (JSON.parse(message) as WireMessage);
    const { duplicate, sequence } = await bus.publish(owed);
    if (!duplicate || (await bus.read(owed.subject, sequence)).some(({ headers }) => headers['ce-id'] === id)) return;
    const headers = { ...owed.headers, 'Nats-Msg-Id': `${owed.headers['Nats-Msg-Id']}:not-${sequence}` };
    await bus.publish({ ...owed, headers });
  }

  /** Publishes, waits for the PubAcks and marks. @throws what the bus or the store throws; then nothing is marked. */
  async function publish(orderId: string, entries: readonly FreshEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const ids = entries.map(({ id }) => id);
    for (const id of ids) mine.add(id);
    await Promise.all(entries.map(publishOne));
    await store.markPublished(orderId, ids);
    for (const id of ids) mine.delete(id);
  }

  /** Resolves when nothing of the order is left in the outbox, publishing what nobody else has claimed. */
  async function drain(seen: Correlation): Promise<void> {
    for (let current = seen; current.outbox.length > 0; current = await store.load(seen.id)) {
      const free = current.outbox.filter((entry) => mine.has(entry.id) || entry.claimedUntil <= current.now);
      if (free.length > 0) await publish(seen.id, free);
      else await wait(LOOK_AGAIN_MS);
    }
  }

  return { publish, drain };
}
