import { JetStreamApiError, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream';
import type { StoredMessage } from './bus.ts';
import { headersOf } from './stored-message.ts';

/**
 * By gets upward: `last_by_subj` would show only the last of two payments. NATS 2.9 looks into each block of the stream from
 * that sequence on for them, and reads what it has put aside of one from its file again.
 */
export async function readSubject(
  jsm: JetStreamManager,
  stream: string,
  subject: string,
  from = 1,
): Promise<StoredMessage[]> {
  const found: StoredMessage[] = [];
  for (let seq = from; ; ) {
    const message = await next(jsm, stream, seq, subject);
    if (!message) return found;
    const {
      'nats-stream': _1,
      'nats-subject': _2,
      'nats-sequence': _3,
      'nats-time-stamp': _4,
      ...headers
    } = headersOf(() => message.header);
    found.push({
      subject,
      headers,
      body: message.data,
      sequence: message.seq,
      storedAt: message.time.getTime(),
    });
    seq = message.seq + 1;
  }
}

/**
 * A direct get puts sequence and time into the message's own headers, so one whose headers the client cannot read is asked
 * for by the slower call that has them beside the message.
 */
async function next(jsm: JetStreamManager, stream: string, seq: number, subject: string): Promise<StoredMsg | null> {
  const query = { seq, next_by_subj: subject };
  const direct = await jsm.direct.getMessage(stream, query).then(
    (message) => (message && isReadable(message) ? message : message && undefined),
    (error: unknown) => {
      if (isOfBroker(error)) throw error;
      return undefined;
    },
  );
  return direct === undefined ? jsm.streams.getMessage(stream, query) : direct;
}

function isReadable(message: StoredMsg): boolean {
  try {
    return message.seq > 0 && message.header !== null;
  } catch {
    return false;
  }
}

/** Said by the broker, or not said in time; what is left is the client's own trouble with the answer. */
const isOfBroker = (error: unknown): boolean =>
  error instanceof JetStreamApiError ||
  !(error instanceof Error) ||
  /timeout|closed|connection|responders/i.test(`${error.name} ${error.message}`);
