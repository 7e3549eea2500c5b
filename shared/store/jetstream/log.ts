import { setImmediate } from 'node:timers/promises';
import { type JetStreamManager, jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import { ifFound } from '#shared/messaging/jetstream/broker-answer.ts';
import { createPublisher } from '#shared/messaging/jetstream/jetstream-publisher.ts';
import { type NatsLink, openNatsLink, whileConnected } from '#shared/messaging/jetstream/nats-link.ts';
import { orderedConsumer } from '#shared/messaging/jetstream/read-stream.ts';
import type { LogStream, StoreAt } from '../store-kind.ts';
import { checkStream, orAway } from './log-stream.ts';
import { LEASES, LIFE, type LogFormat, type Logged, META, type Message, Projection, RETIRED } from './projection.ts';

interface Opened {
  readonly link: NatsLink;
  readonly jsm: JetStreamManager;
  readonly publisher: ReturnType<typeof createPublisher>;
}

/** A message to append. */
export interface Write {
  readonly key: string;
  readonly message: Message;
  /** Only if nothing else was stored since it was decided on; otherwise only if nothing was under its key. */
  readonly guarded?: boolean;
}

export type Log = ReturnType<typeof createLog>;

/** At most so many messages are on their way to us. */
const PREFETCH = 4_096;

/** Of these, only the last is of interest; an earlier one is removed by it. */
const ONLY_LAST: readonly string[] = [LIFE, META, LEASES, RETIRED];

/** One stream, and the projection of what it holds, which follows it. All calls @throws Unavailable('store'). */
export function createLog({ url, service, commandTimeoutMs = 1_500 }: StoreAt, stream: LogStream, format: LogFormat) {
  const { name, prefix } = stream;
  let opening: Promise<Opened> | undefined;
  let closed = false;
  let projection = new Projection(format);
  /** When the stream was made that is projected. */
  let created: string | undefined;
  /** Its messages arrive, or begin to. */
  let following: Promise<void> | undefined;
  let stop = async (): Promise<void> => undefined;
  let clockOffset = 0;
  let waiting: { readonly sequence: number; readonly reached: () => void }[] = [];
  let looking: Promise<Projection> | undefined;

  async function open(): Promise<Opened> {
    const link = await openNatsLink({ url, name: `${service} store`, connectWithinMs: commandTimeoutMs });
    const jsm = await jetstreamManager(link.nc, { checkAPI: false, timeout: commandTimeoutMs });
    // A broker that was restarted does not know our consumer any more.
    link.onChange(() => {
      following = undefined;
    });
    return { link, jsm, publisher: createPublisher(link, [`${prefix}>`]) };
  }

  async function connected(): Promise<Opened> {
    if (closed) throw new Error('the store is closed');
    opening ??= open();
    const opened = await opening.catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    if (opened.link.status !== 'connected') throw new Error('the NATS server does not answer');
    return opened;
  }

  function apply(message: Logged): void {
    // Somebody removed all that was there, and another life began: what is left is read from its beginning.
    if (message.key === LIFE && projection.life !== undefined) following = created = undefined;
    projection.apply(message);
    for (const { sequence, reached } of waiting) if (sequence <= message.sequence) reached();
  }

  async function follow(jsm: JetStreamManager, info: StreamInfo): Promise<void> {
    checkStream(stream, info.config);
    await stop();
    if (created !== info.created) projection = new Projection(format, Math.max(0, info.state.first_seq - 1));
    created = info.created;
    let isCurrent = true;
    const consumer = await orderedConsumer(jsm, name, `${prefix}>`, projection.sequence + 1);
    const messages = await consumer.consume({
      max_messages: PREFETCH,
      callback({ subject, seq, data }) {
        if (isCurrent) apply({ key: subject.slice(prefix.length), sequence: seq, body: data });
      },
    });
    stop = () => {
      isCurrent = false;
      return messages.close().then(() => undefined);
    };
  }

  /** The projection of all that is stored by now. */
  async function look(): Promise<Projection> {
    const { link, jsm } = await connected();
    const [known, { sequence }] = [projection, projection];
    const info = await whileConnected(link, ifFound(jsm.streams.info(name)));
    if (!info) checkStream(stream, undefined);
    const { state, ts, created: now } = info as StreamInfo;
    clockOffset = (ts ? Date.parse(ts) : Date.now()) - performance.now();
    const isGone = state.first_seq > known.lifeSequence || state.last_seq < sequence;
    if (known === projection && (isGone || now !== created)) following = created = undefined;
    following ??= follow(jsm, info as StreamInfo);
    await whileConnected(link, following);
    // What has been removed will not arrive.
    projection.sequence = Math.max(projection.sequence, state.first_seq - 1);
    await whileConnected(link, reached(state.last_seq));
    return projection;
  }

  function reached(sequence: number): Promise<void> {
    if (projection.sequence >= sequence) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const one = { sequence, reached: resolve };
    waiting.push(one);
    const tooLate = () => reject(new Error(`reading ${name}: at ${projection.sequence} of ${sequence}`));
    const timer = setTimeout(tooLate, commandTimeoutMs);
    return promise.finally(() => {
      clearTimeout(timer);
      waiting = waiting.filter((other) => other !== one);
    });
  }

  return {
    /** The last reading. */
    get projection() {
      return projection;
    },
    /** The broker's clock, ms since the epoch. */
    now: () => Math.floor(performance.now() + clockOffset),
    /** Readings that are asked for in one turn of the event loop share one. */
    catchUp(): Promise<Projection> {
      looking ??= setImmediate().then(() => {
        looking = undefined;
        return look();
      });
      return orAway(looking);
    },
    /** Resolves with its sequence. @throws SubjectTaken, Terminal */
    append({ key, message }: Write, expected: number, headers: Readonly<Record<string, string>>): Promise<number> {
      const rollup = ONLY_LAST.includes(key) && { 'Nats-Rollup': 'sub' };
      const sent = connected().then(({ publisher }) =>
        publisher.publish(
          { subject: prefix + key, headers: { ...headers, ...rollup }, body: JSON.stringify(message) },
          { expectLastSubjectSequence: expected, timeoutMs: commandTimeoutMs },
        ),
      );
      return orAway(sent.then(({ sequence }) => sequence));
    },
    /** Resolves when the projection holds the message with this sequence. */
    reached: (sequence: number) => orAway(connected().then(({ link }) => whileConnected(link, reached(sequence)))),
    /** Removes what is stored under the key before this sequence. */
    purge: (key: string, seq: number) =>
      orAway(connected().then(({ jsm }) => jsm.streams.purge(name, { filter: prefix + key, seq }))),
    /** What has been learnt of the stream is forgotten, and read again. */
    readAgain(): void {
      following = created = undefined;
    },
    async close(): Promise<void> {
      closed = true;
      const opened = await opening?.catch(() => undefined);
      await stop();
      await opened?.publisher.close();
      await opened?.link.close();
    },
  };
}
