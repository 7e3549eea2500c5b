import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import type { StoredMessage } from '../stream-reader.ts';
import { storedMessageOf } from './stored-message.ts';

type Query = { last_by_subj: string } | { seq: number; next_by_subj: string };

/**
 * The last one first: that there is none, or that the first one is the last, is known without a search through the blocks. Then
 * upward, since of two payments the last one would hide the other.
 */
export async function readSubject(
  jsm: JetStreamManager,
  stream: string,
  subject: string,
  from = 1,
): Promise<StoredMessage[]> {
  const last = (await get(jsm, stream, { last_by_subj: subject }))?.seq ?? 0;
  if (last < from) return [];
  const found: StoredMessage[] = [];
  for (let seq = Math.max(1, from); seq <= last; ) {
    const message = await get(jsm, stream, { seq, next_by_subj: subject });
    if (!message) break;
    found.push(withoutDirectHeaders(storedMessageOf(message)));
    seq = message.seq + 1;
  }
  return found;
}

/** A direct get puts what belongs to the message into the message's own headers. */
function withoutDirectHeaders({ headers: all, ...message }: StoredMessage): StoredMessage {
  const { 'nats-stream': _1, 'nats-subject': _2, 'nats-sequence': _3, 'nats-time-stamp': _4, ...headers } = all;
  return { ...message, headers };
}

/** Null where there is none. One whose headers the client cannot read is asked for by the slower call that has them beside it. */
async function get(jsm: JetStreamManager, stream: string, query: Query): Promise<StoredMsg | null> {
  try {
    return await jsm.direct.getMessage(stream, query);
  } catch (error) {
    if (!(error instanceof errors.InvalidArgumentError)) throw error;
    return jsm.streams.getMessage(stream, query);
  }
}
