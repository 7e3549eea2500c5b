import { setImmediate } from 'node:timers/promises';
import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { ifFound } from '#shared/messaging/jetstream/broker-answer.ts';
import { whileConnected } from '#shared/messaging/jetstream/nats-link.ts';
import { orderedConsumer } from '#shared/messaging/jetstream/read-stream.ts';
import { COMMAND_TIMEOUT_MS, type LogStream, type StoreAt } from '../store-kind.ts';
import { LIFE } from './keys.ts';
import { createLogConnection, type Write } from './log-connection.ts';
import { checkStream, orAway } from './log-stream.ts';
import { type LogFormat, type Logged, Projection } from './projection.ts';

export type Log = ReturnType<typeof createLog>;

/** At most so many messages are on their way to us. */
const PREFETCH = 4_096;

/** One stream, and the projection of what it holds, which follows it. All calls @throws Unavailable('store'). */
export function createLog(at: StoreAt, stream: LogStream, format: LogFormat) {
  const { name, prefix } = stream;
  const { commandTimeoutMs = COMMAND_TIMEOUT_MS } = at;
  const connection = createLogConnection(at, stream, commandTimeoutMs);
  let projection = new Projection(format);
  /** When the stream was made that is projected. Undefined: it has to be read from its beginning. */
  let created: string | undefined;
  /** Its messages arrive, or begin to. */
  let following: Promise<void> | undefined;
  let stop = async (): Promise<void> => undefined;
  let clockOffset = 0;
  let waiting: { readonly sequence: number; readonly reached: () => void }[] = [];
  let looking: Promise<Projection> | undefined;

  function apply(message: Logged): void {
    if (message.key === LIFE && projection.life !== undefined) {
      // Somebody removed all that was there, and another life began.
      projection = new Projection(format);
      readAgain();
    }
    projection.apply(message);
    for (const { sequence, reached } of waiting) if (sequence <= message.sequence) reached();
  }

  function readAgain(): void {
    following = created = undefined;
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
    stop = async () => {
      isCurrent = false;
      await messages.close();
    };
  }

  /** The projection of all that is stored by now. */
  async function look(): Promise<Projection> {
    const { link, jsm } = await connection.connected();
    const [known, { sequence, lifeSequence }] = [projection, projection];
    const info = await whileConnected(link, ifFound(jsm.streams.info(name)));
    checkStream(stream, info?.config);
    const { state, ts, created: now } = info as StreamInfo;
    clockOffset = (ts ? Date.parse(ts) : Date.now()) - performance.now();
    if (known === projection) {
      if (state.first_seq > lifeSequence || state.last_seq < sequence || now !== created) readAgain();
      // What was removed does not arrive.
      projection.sequence = Math.max(projection.sequence, state.first_seq - 1);
    }
    following ??= follow(jsm, info as StreamInfo);
    await whileConnected(link, following).catch((error: unknown) => {
      following = undefined;
      throw error;
    });
    await whileConnected(link, reached(state.last_seq));
    return projection;
  }

  function reached(sequence: number): Promise<void> {
    if (projection.sequence >= sequence) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const one = { sequence, reached: resolve };
    waiting.push(one);
    function tooLate(): void {
      reject(new Error(`reading ${name}: at ${projection.sequence} of ${sequence}`));
    }
    const timer = setTimeout(tooLate, commandTimeoutMs);
    return promise.finally(() => {
      clearTimeout(timer);
      waiting = waiting.filter((other) => other !== one);
    });
  }

  return {
    /** What has arrived by now. */
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
    append: (write: Write, expected: number, guard: Readonly<Record<string, string>>) =>
      orAway(connection.append(write, expected, guard)),
    /** Resolves when the projection holds the message with this sequence. */
    async reached(sequence: number): Promise<void> {
      const { link } = await orAway(connection.connected());
      await orAway(whileConnected(link, reached(sequence))).catch((error: unknown) => {
        // Somebody removed it, or the messages stay away.
        readAgain();
        throw error;
      });
    },
    /** Removes what is stored under the key before this sequence. */
    purge: (key: string, sequence: number) => orAway(connection.purge(key, sequence)),
    async close(): Promise<void> {
      const closing = connection.close();
      await stop();
      await closing;
    },
  };
}
