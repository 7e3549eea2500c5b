import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumerMessages, JetStreamManager, JsMsg } from '@nats-io/jetstream';
import type { StoredMessage } from '../stream-reader.ts';
import type { FollowOptions } from '../subscriber.ts';
import type { NatsLink } from './nats-link.ts';
import { orderedConsumer } from './read-stream.ts';
import { storedMessageOf } from './stored-message.ts';

/** How soon a follower looks again for a stream that the broker does not have (yet). */
const LOOK_AGAIN_MS = 5_000;

/**
 * What is stored from now on (or since a time), by a consumer: a core subscription would also see the copies that the
 * stream's de-duplication drops. After an outage it resumes behind the last message seen; a stream that was deleted and made
 * anew counts from 1 again, so it is followed from its beginning.
 */
export async function followStream(
  link: NatsLink,
  jsm: JetStreamManager,
  stream: string,
  filter: string,
  onMessage: (message: StoredMessage) => void,
  { since }: FollowOptions = {},
): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let stop = async (): Promise<void> => undefined;

  async function open(first: number, created: string): Promise<void> {
    const consumer = await orderedConsumer(jsm, stream, filter, first);
    const callback = (message: JsMsg): void => onMessage(storedMessageOf(message));
    const messages = await consumer.consume({ callback, expires: LOOK_AGAIN_MS });
    stop = async () => {
      await messages.close();
      if (link.status === 'connected') await consumer.delete().catch(() => false);
    };
    if (signal.aborted) await stop();
    else void watch(messages, created);
  }

  /** The client recreates a lost consumer behind the last message seen, even in another stream of the same name. */
  async function watch(messages: ConsumerMessages, created: string): Promise<void> {
    for await (const { type } of messages.status())
      if (type === 'ordered_consumer_recreated' && (await isReopened(created))) return;
  }

  async function isReopened(known: string): Promise<boolean> {
    while (!signal.aborted)
      try {
        const { created } = await jsm.streams.info(stream);
        if (created === known) return false;
        await stop();
        await open(1, created);
        return true;
      } catch {
        // The broker is away again, which the link reports.
        await delay(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    return true;
  }

  const { created, state } = await jsm.streams.info(stream);
  await open(since === undefined ? state.last_seq + 1 : await sequenceAt(jsm, stream, filter, since), created);
  return {
    stop() {
      stopping.abort();
      return stop();
    },
  };
}

/** The client cannot recreate a consumer that started at a time, so a temporary one translates the time to a sequence. */
async function sequenceAt(jsm: JetStreamManager, stream: string, filter: string, time: number): Promise<number> {
  const opt_start_time = new Date(time).toISOString();
  const consumer = await jsm.jetstream().consumers.get(stream, { filter_subjects: filter, opt_start_time });
  const { delivered } = await consumer.info(true);
  await consumer.delete();
  return delivered.stream_seq + 1;
}
