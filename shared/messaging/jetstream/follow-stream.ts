import { AckPolicy, DeliverPolicy, type JetStreamManager } from '@nats-io/jetstream';
import { nuid } from '@nats-io/transport-node';
import type { StoredMessage } from '../stream-reader.ts';
import type { FollowOptions } from '../subscriber.ts';
import { storedMessageOf } from './jetstream-delivery.ts';
import type { NatsLink } from './nats-link.ts';
import { PullLoop } from './pull-loop.ts';

const NANOS = 1_000_000;
const INACTIVE_MS = 30_000;
const LIMIT = 256;

/**
 * What is stored from now on (or since a time), by an ephemeral consumer and not by a core subscription: that one would see the copies that
 * the stream's de-duplication drops. When the broker was away a new consumer goes on behind the last message seen.
 */
export async function followStream(
  link: NatsLink,
  jsm: JetStreamManager,
  stream: string,
  filter: string,
  onMessage: (message: StoredMessage) => void,
  { since }: FollowOptions = {},
): Promise<{ stop(): Promise<void> }> {
  let seen = since === undefined ? (await jsm.streams.info(stream)).state.last_seq : 0;
  let consumer = '';
  const loop = new PullLoop({
    link,
    stream,
    limit: LIMIT,
    ensure: async () => {
      const previous = consumer;
      consumer = `follow-${nuid.next()}`;
      await jsm.consumers.add(stream, {
        name: consumer,
        filter_subject: filter,
        ack_policy: AckPolicy.None,
        ...(since !== undefined && seen === 0
          ? { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(since).toISOString() }
          : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: seen + 1 }),
        inactive_threshold: INACTIVE_MS * NANOS,
        mem_storage: true,
      });
      if (previous) await jsm.consumers.delete(stream, previous).catch(() => false);
      return consumer;
    },
    onMessage: (message) => {
      const stored = storedMessageOf(message);
      loop.release();
      if (stored.sequence <= seen) return;
      seen = stored.sequence;
      onMessage(stored);
    },
    // Nobody waits for it: it is tried again until it is there or the follower stops.
    onFault: () => undefined,
  });
  await loop.start();
  return {
    async stop() {
      await loop.stop();
      if (link.status === 'connected') await jsm.consumers.delete(stream, consumer).catch(() => false);
    },
  };
}
