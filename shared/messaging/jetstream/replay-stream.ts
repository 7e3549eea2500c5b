import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  type JetStreamManager,
  type JsMsg,
  jetstreamManager,
} from '@nats-io/jetstream';
import { nuid } from '@nats-io/transport-node';
import { Unavailable } from '../faults.ts';
import type { StoredMessage } from '../stream-reader.ts';
import { orUnavailable } from './broker-answer.ts';
import { type NatsLink, whileConnected } from './nats-link.ts';
import { storedMessageOf } from './stored-message.ts';

const NANOS = 1_000_000;
const INACTIVE_MS = 30_000;
const BATCH = 1_000;
const ANSWERS_WITHIN_MS = 10_000;
/** A consumer's creation counts what is under its filter, of a subject per order: that takes a busy broker seconds. */
const ASK_WITHIN_MS = 60_000;

/**
 * What the stream holds under these filters from a sequence on, by sequence: an ephemeral consumer for each, since
 * permissions restrict the filter of a consumer only where it has one. `>` alone is everything, and costs no counting.
 * @throws Unavailable when the broker goes away meanwhile
 */
export async function* replayStream(
  link: NatsLink,
  stream: string,
  filters: readonly string[],
  first: number,
): AsyncGenerator<StoredMessage> {
  const jsm = await jetstreamManager(link.nc, { checkAPI: false, timeout: ASK_WITHIN_MS });
  const sources = filters.map((filter) => replayFilter(link, jsm, stream, filter, first));
  try {
    yield* bySequence(sources);
  } finally {
    await Promise.all(sources.map((source) => source.return(undefined)));
  }
}

/** Merges what is sorted already. */
async function* bySequence(sources: readonly AsyncGenerator<StoredMessage>[]): AsyncGenerator<StoredMessage> {
  const heads: IteratorResult<StoredMessage>[] = [];
  // One after the other: each makes the broker count.
  for (const source of sources) heads.push(await source.next());
  for (;;) {
    let earliest = -1;
    for (const [at, head] of heads.entries())
      if (!head.done && (earliest < 0 || head.value.sequence < (heads[earliest]?.value.sequence ?? 0))) earliest = at;
    const head = heads[earliest];
    if (!head || head.done) return;
    yield head.value;
    heads[earliest] = await (sources[earliest] as AsyncGenerator<StoredMessage>).next();
  }
}

async function* replayFilter(
  link: NatsLink,
  jsm: JetStreamManager,
  stream: string,
  filter: string,
  first: number,
): AsyncGenerator<StoredMessage> {
  const name = `replay-${nuid.next()}`;
  const ask = <T>(asked: Promise<T>): Promise<T> => orUnavailable(whileConnected(link, asked));
  const { num_pending } = await ask(
    jsm.consumers.add(stream, {
      name,
      ...(filter !== '>' && { filter_subject: filter }),
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: Math.max(1, first),
      inactive_threshold: INACTIVE_MS * NANOS,
      mem_storage: true,
    }),
  );
  try {
    const consumer = await ask(jsm.jetstream().consumers.get(stream, name));
    for (let left = num_pending; left > 0; ) {
      const batch = await ask(fetchBatch(consumer, Math.min(left, BATCH)));
      const last = batch.at(-1);
      // Nothing came although something is there: the broker is away, or has forgotten the consumer.
      if (!last) throw new Unavailable('broker');
      left = Math.min(left - batch.length, last.info.pending);
      yield* batch.map(storedMessageOf);
    }
  } finally {
    if (link.status === 'connected') await whileConnected(link, jsm.consumers.delete(stream, name)).catch(() => false);
  }
}

/** As a whole: whoever reads it may take as long as it likes. */
async function fetchBatch(consumer: Consumer, max_messages: number): Promise<JsMsg[]> {
  const batch: JsMsg[] = [];
  for await (const message of await consumer.fetch({ max_messages, expires: ANSWERS_WITHIN_MS })) batch.push(message);
  return batch;
}
