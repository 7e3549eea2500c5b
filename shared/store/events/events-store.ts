import { nonZero, sum } from '../integers.ts';
import { createJetStreamAdapter } from '../jetstream/jetstream-adapter.ts';
import type { Kept } from '../jetstream/kept.ts';
import type { LogFormat } from '../jetstream/projection.ts';
import type { Integers } from '../store.ts';
import { eventsKind } from './events-kind.ts';

/** One change of a document, as the log keeps it. */
interface Changed extends Omit<Kept, 'entries'> {
  /** How many entries the document has with this one; 0 or 1 begins it anew. */
  readonly version: number;
  readonly entry?: string;
  /** By how much they change. */
  readonly counters: Integers;
  readonly pools: Integers;
}

export const eventFormat: LogFormat = {
  write: ({ entries, dueAt, expiresAt }, { entry, counters, pools }) => ({
    version: entries.length,
    entry,
    dueAt,
    expiresAt,
    counters: nonZero(counters),
    pools: nonZero(pools),
  }),
  read(message, before) {
    const { version, entry, dueAt, expiresAt, counters, pools } = message as Changed;
    const added = entry === undefined ? [] : [entry];
    return {
      entries: [...before.entries.slice(0, version - added.length), ...added],
      dueAt,
      expiresAt,
      counters: sum(before.counters, counters),
      pools: sum(before.pools, pools),
    };
  },
};

export const eventsAdapter = createJetStreamAdapter(eventsKind.stream, eventFormat);
