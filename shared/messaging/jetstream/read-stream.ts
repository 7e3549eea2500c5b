import { type Consumer, type JetStreamManager, type JsMsg, jetstreamManager, type StoredMsg } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { Unavailable } from '../faults.ts';
import type { StoredMessage } from '../stream-reader.ts';
import { orUnavailable } from './broker-answer.ts';
import { type NatsLink, whileConnected } from './nats-link.ts';
import { storedMessageOf } from './stored-message.ts';

const BATCH = 1_000;
const ANSWERS_WITHIN_MS = 10_000;
/** To create a consumer the broker counts the messages under its filter, which may take seconds when it is busy. */
const ASK_WITHIN_MS = 60_000;
const INACTIVE_MS = 30_000;

type Query = { last_by_subj: string } | { seq: number; next_by_subj: string };

/** The messages of one subject. The last is read first: if none follows `from`, the broker need not search its blocks. */
export async function readSubject(
  jsm: JetStreamManager,
  stream: string,
  subject: string,
  from = 1,
): Promise<StoredMessage[]> {
  const last = (await get(jsm, stream, { last_by_subj: subject }))?.seq ?? 0;
  const found: StoredMessage[] = [];
  for (let seq = Math.max(1, from); seq <= last; ) {
    const message = await get(jsm, stream, { seq, next_by_subj: subject });
    if (!message) break;
    found.push(storedMessageOf(message));
    seq = message.seq + 1;
  }
  return found;
}

/** Null when there is none. The client cannot read broken headers of a direct get; the slower call returns them separately. */
async function get(jsm: JetStreamManager, stream: string, query: Query): Promise<StoredMsg | null> {
  try {
    return await jsm.direct.getMessage(stream, query);
  } catch (error) {
    if (!(error instanceof errors.InvalidArgumentError)) throw error;
    return jsm.streams.getMessage(stream, query);
  }
}

/**
 * What the stream holds under these filters from a sequence on, by sequence: a consumer for each, since permissions restrict
 * a consumer of one filter only.
 * @throws Unavailable when the broker goes away meanwhile
 */
export async function* replayStream(
  link: NatsLink,
  stream: string,
  filters: readonly string[],
  first: number,
): AsyncGenerator<StoredMessage> {
  const jsm = await jetstreamManager(link.nc, { checkAPI: false, timeout: ASK_WITHIN_MS });
  const heads = new Map<AsyncGenerator<StoredMessage>, StoredMessage>();
  const advance = async (source: AsyncGenerator<StoredMessage>) => {
    const { done, value } = await source.next();
    if (done) heads.delete(source);
    else heads.set(source, value);
  };
  try {
    // Sequentially: each makes the broker count.
    for (const filter of filters) await advance(replayFilter(link, jsm, stream, filter, first));
    while (heads.size > 0) {
      const [source, message] = [...heads].reduce((one, other) => (other[1].sequence < one[1].sequence ? other : one));
      yield message;
      await advance(source);
    }
  } finally {
    await Promise.all([...heads.keys()].map((source) => source.return(undefined)));
  }
}

async function* replayFilter(
  link: NatsLink,
  jsm: JetStreamManager,
  stream: string,
  filter: string,
  first: number,
): AsyncGenerator<StoredMessage> {
  const ask = <T>(asked: Promise<T>): Promise<T> => orUnavailable(whileConnected(link, asked));
  const consumer = await ask(orderedConsumer(jsm, stream, filter, Math.max(1, first)));
  const { num_pending } = await consumer.info(true);
  try {
    for (let left = num_pending; left > 0; ) {
      const batch = await ask(fetchBatch(consumer, Math.min(left, BATCH)));
      const last = batch.at(-1);
      if (!last) throw new Unavailable('broker');
      left = Math.min(left - batch.length, last.info.pending);
      yield* batch.map(storedMessageOf);
    }
  } finally {
    if (link.status === 'connected') await whileConnected(link, consumer.delete()).catch(() => false);
  }
}

/** As a whole, so that a slow reader does not let the request expire. */
async function fetchBatch(consumer: Consumer, max_messages: number): Promise<JsMsg[]> {
  const batch: JsMsg[] = [];
  for await (const message of await consumer.fetch({ max_messages, expires: ANSWERS_WITHIN_MS })) batch.push(message);
  return batch;
}

/** When the broker loses such a consumer, the client recreates it behind the last message. */
export const orderedConsumer = (
  jsm: JetStreamManager,
  stream: string,
  filter: string,
  first: number,
): Promise<Consumer> =>
  jsm.jetstream().consumers.get(stream, {
    filter_subjects: filter,
    opt_start_seq: first,
    inactive_threshold: INACTIVE_MS,
  });
