import { InvalidSubjectError, type Msg } from '@nats-io/transport-node';
import { Terminal, Unavailable } from '../faults.ts';
import { type PubAck, type Publisher, StreamFull, SubjectTaken } from '../publisher.ts';
import { subjectFilter } from '../subject-filter.ts';
import { createGathering } from './gathering.ts';
import { writeHeaderBlock } from './header-block.ts';
import type { NatsLink } from './nats-link.ts';

interface Pending {
  readonly resolve: (ack: PubAck) => void;
  readonly reject: (error: Error) => void;
  /** On the clock of performance.now(). */
  readonly deadline: number;
}

const PUBLISH_WITHIN_MS = 5_000;
const SWEEP_MS = 100;
const EXPECTED_SEQUENCE = 'Nats-Expected-Last-Subject-Sequence';

/** One inbox for all PubAcks, one timer for all timeouts: `js.publish`, with its own, is several times as costly. */
export function createPublisher(link: NatsLink, filters: readonly string[]): Publisher & { close(): Promise<void> } {
  const { nc } = link;
  const isStored = subjectFilter(filters);
  const inbox = link.newInbox();
  const pending = new Map<string, Pending>();
  const atEndOfTurn = createGathering();
  let count = 0;
  let closed = false;
  let onIdle = (): void => undefined;

  const take = (token: string): Pending | undefined => {
    const entry = pending.get(token);
    if (pending.delete(token) && pending.size === 0) onIdle();
    return entry;
  };
  const rejectAll = (why: string, isDue: (entry: Pending) => boolean): void => {
    for (const [token, entry] of pending) if (isDue(entry)) take(token)?.reject(away(why));
  };
  const subscription = nc.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      const entry = error ? undefined : take(message.subject.slice(inbox.length + 1));
      if (!entry) return;
      const outcome = pubAckOf(message);
      if (outcome instanceof Error) entry.reject(outcome);
      else entry.resolve(outcome);
    },
  });
  const sweeper = setInterval(() => {
    const now = performance.now();
    rejectAll('no PubAck in time: whether it is stored is unknown', ({ deadline }) => deadline < now);
  }, SWEEP_MS).unref();
  const forget = link.onChange((status) => {
    if (status !== 'connected') rejectAll('disconnected: whether it is stored is unknown', () => true);
  });

  return {
    publishWithinMs: PUBLISH_WITHIN_MS,
    async publish(message, { expectLastSubjectSequence: expected, timeoutMs = PUBLISH_WITHIN_MS } = {}) {
      if (closed || link.status !== 'connected') throw new Unavailable('broker');
      if (!isStored(message.subject))
        throw new Terminal('no-such-stream', `no stream stores subject ${message.subject}`);
      const headers = writeHeaderBlock(
        expected === undefined ? message.headers : { ...message.headers, [EXPECTED_SEQUENCE]: String(expected) },
      );
      const token = (++count).toString(36);
      return new Promise<PubAck>((resolve, reject) => {
        pending.set(token, { resolve, reject, deadline: performance.now() + timeoutMs });
        atEndOfTurn.add(() => {
          // The connection was lost in the same turn: the publish was rejected already.
          if (!pending.has(token)) return;
          try {
            nc.publish(message.subject, message.body, { headers, reply: `${inbox}.${token}` });
          } catch (error) {
            take(token)?.reject(refusedByClient(error as Error));
          }
        });
      });
    },
    /** Waits for the answers that are outstanding (their own timeouts bound that), then stops. */
    async close() {
      closed = true;
      if (pending.size > 0 && link.status === 'connected')
        await new Promise<void>((resolve) => {
          onIdle = resolve;
        });
      clearInterval(sweeper);
      forget();
      subscription.unsubscribe();
    },
  };
}

/** The client itself refuses what is larger than the server's max_payload or has a broken subject; all else is about the connection. */
function refusedByClient(cause: Error): Error {
  if (/payload.*exceeded/i.test(cause.message)) return new Terminal('too-large', cause.message, { cause });
  if (cause instanceof InvalidSubjectError) return new Terminal('refused-by-client', cause.message, { cause });
  return new Unavailable('broker', { cause });
}

interface ServerAnswer {
  readonly seq: number;
  readonly duplicate?: boolean;
  readonly error?: { readonly err_code: number; readonly description: string };
}

/** "wrong last sequence", with and without the sequence that it is, and "wrong last msg ID". */
const WRONG_LAST = [10071, 10164, 10070];
/** The message, or its headers. */
const TOO_LARGE = [10054, 10097];
/** The account's limits, and the server's. */
const RESOURCES_EXCEEDED = [10002, 10047];
const STORE_FAILED = 10077;

function pubAckOf(message: Msg): PubAck | Error {
  if (message.data.length === 0) return away('JetStream does not answer for this subject');
  try {
    const { seq, duplicate = false, error } = message.json<ServerAnswer>();
    if (error) return refusalOf(error);
    if (!Number.isSafeInteger(seq)) throw new TypeError('it has no sequence');
    return { sequence: seq, duplicate };
  } catch (cause) {
    return away('the PubAck is not readable', { cause });
  }
}

/** Only a verdict on this very message is its fault. Whatever else the broker says, or a proxy for it, is their trouble. */
function refusalOf({ err_code, description }: NonNullable<ServerAnswer['error']>): Error {
  if (WRONG_LAST.includes(err_code)) return new SubjectTaken(description);
  if (TOO_LARGE.includes(err_code)) return new Terminal('too-large', description);
  const cause = new Error(`${description} (${err_code})`);
  const exceeded = err_code === STORE_FAILED && /maximum (messages|bytes) exceeded/.test(description);
  if (exceeded || RESOURCES_EXCEEDED.includes(err_code)) return new StreamFull('broker', { cause });
  return new Unavailable('broker', { cause });
}

const away = (why: string, options?: ErrorOptions): Unavailable =>
  new Unavailable('broker', { cause: new Error(why, options) });
