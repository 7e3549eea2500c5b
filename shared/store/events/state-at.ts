import { openNatsLink } from '#shared/messaging/jetstream/nats-link.ts';
import { replayStream } from '#shared/messaging/jetstream/read-stream.ts';
import { documentOf } from '../jetstream/kept.ts';
import { RETIRED } from '../jetstream/keys.ts';
import { orAway } from '../jetstream/log-stream.ts';
import { Projection } from '../jetstream/projection.ts';
import type { Counters, Document } from '../store.ts';
import { COMMAND_TIMEOUT_MS, type StoreAt } from '../store-kind.ts';
import { eventsKind } from './events-kind.ts';
import { eventFormat } from './events-store.ts';

/** A point of a log: a sequence, or a time in ms since the epoch on the broker's clock. */
export type Point = { readonly sequence: number } | { readonly time: number };

/** What a store held once its log had come to that point. */
export interface Past {
  /** Of the last message that counts, and when it was stored; 0: there was none. */
  readonly sequence: number;
  readonly time: number;
  /** Expired documents included, for as long as the log has them. */
  document(id: string): Document;
  counters(): Counters;
}

/**
 * Time travel: the fold of the log up to a point.
 * @throws RangeError where expired documents were removed since, so that what they added to the counters is unknown; Unavailable('store')
 */
export async function stateAt(
  { url, service, commandTimeoutMs = COMMAND_TIMEOUT_MS }: StoreAt,
  point: Point,
): Promise<Past> {
  const { name, prefix } = eventsKind.stream(service);
  const projection = new Projection(eventFormat);
  let time = 0;
  const isBehind = (sequence: number, storedAt: number): boolean =>
    'time' in point ? storedAt > point.time : sequence > point.sequence;
  const link = await orAway(openNatsLink({ url, name: 'time travel', connectWithinMs: commandTimeoutMs }));
  try {
    for await (const { subject, sequence, storedAt, body } of replayStream(link, name, [`${prefix}>`], 1)) {
      const key = subject.slice(prefix.length);
      if (!isBehind(sequence, storedAt)) {
        projection.apply({ key, sequence, body });
        time = storedAt;
      } else if (key === RETIRED)
        throw new RangeError(`documents that expired were removed from ${name}: choose a point from ${sequence} on`);
    }
  } finally {
    await link.close();
  }
  const { sequence, life = '' } = projection;
  return {
    sequence,
    time,
    document: (id) => documentOf(id, projection.kept(id), time, life),
    counters: () => projection.count(time),
  };
}
