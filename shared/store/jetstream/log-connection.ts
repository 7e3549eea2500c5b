import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { createPublisher } from '#shared/messaging/jetstream/jetstream-publisher.ts';
import { type NatsLink, openNatsLink } from '#shared/messaging/jetstream/nats-link.ts';
import type { LogStream, StoreAt } from '../store-kind.ts';
import { LEASES, LIFE, META, RETIRED } from './keys.ts';
import type { Message } from './projection.ts';

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

/** Of these, only the last is of interest; an earlier one is removed by it. */
const ONLY_LAST: readonly string[] = [LIFE, META, LEASES, RETIRED];

/** A connection to one stream. It connects at the first call, and again after a failure. */
export function createLogConnection({ url, service }: StoreAt, { name, prefix }: LogStream, timeoutMs: number) {
  let opening: Promise<Opened> | undefined;
  let closed = false;

  async function open(): Promise<Opened> {
    const link = await openNatsLink({ url, name: `${service} store`, connectWithinMs: timeoutMs });
    const jsm = await jetstreamManager(link.nc, { checkAPI: false, timeout: timeoutMs });
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

  return {
    connected,
    /** Resolves with its sequence. @throws SubjectTaken, StreamFull, Terminal, Unavailable */
    async append({ key, message }: Write, expected: number, guard: Readonly<Record<string, string>>): Promise<number> {
      const { publisher } = await connected();
      const headers = ONLY_LAST.includes(key) ? { ...guard, 'Nats-Rollup': 'sub' } : guard;
      const { sequence } = await publisher.publish(
        { subject: prefix + key, headers, body: JSON.stringify(message) },
        { expectLastSubjectSequence: expected, timeoutMs },
      );
      return sequence;
    },
    /** Removes what is stored under the key before this sequence. */
    async purge(key: string, seq: number): Promise<void> {
      const { jsm } = await connected();
      await jsm.streams.purge(name, { filter: prefix + key, seq });
    },
    async close(): Promise<void> {
      closed = true;
      const opened = await opening?.catch(() => undefined);
      await opened?.publisher.close();
      await opened?.link.close();
    },
  };
}
