import { randomUUID } from 'node:crypto';
import { checkChange, checkUnits } from '../check-change.ts';
import type { OpenStore, Pools, Recovery, Store } from '../store.ts';
import { COMMAND_TIMEOUT_MS, type LogStream, type StoreAt } from '../store-kind.ts';
import {
  decideClaim,
  decideCommit,
  decideMeta,
  decideRetirement,
  decideStock,
  documentIn,
  lifeOf,
} from './decisions.ts';
import { LIFE, META } from './keys.ts';
import { createLog } from './log.ts';
import type { LogFormat, Meta } from './projection.ts';
import { Reading } from './reading.ts';
import { createSteps } from './steps.ts';

/** How often it is looked whether documents have expired. */
const RETIRE_EVERY_MS = 10_000;

/**
 * The store as a projection of a stream. Every process reads all of it and follows it, so what is read is in its memory: a
 * reading asks the broker for the last sequence alone. A step is one message, appended if its document is still as it was decided on.
 */
export function createJetStreamStore(at: StoreAt, stream: LogStream, format: LogFormat): OpenStore {
  const log = createLog(at, stream, format);
  const step = createSteps(log, at.commandTimeoutMs ?? COMMAND_TIMEOUT_MS);
  let retireAt = 0;
  let removedAt = 0;

  async function read<T>(writer: string | undefined, take: (reading: Reading, life: string) => T): Promise<T> {
    const reading = new Reading(await log.catchUp(), log.now());
    return take(reading, lifeOf(reading, writer));
  }

  /** What documents added that have expired becomes part of one sum; then their messages are removed. */
  async function retire(writer: string | undefined): Promise<void> {
    if (performance.now() < retireAt) return;
    retireAt = performance.now() + RETIRE_EVERY_MS;
    // Also those of somebody who was killed before they were removed.
    for (;;) {
      const { keys, sequence } = log.projection.retired;
      if (sequence !== removedAt) await Promise.all(keys.map((key) => log.purge(key, sequence)));
      removedAt = sequence;
      if (!(await step((reading) => decideRetirement(reading, writer)))) return;
    }
  }

  function within(writer?: string) {
    return {
      load: (id) => read(writer, (reading) => documentIn(reading, id, writer)),
      async commit(id, seen, change) {
        checkChange(id, change);
        return step((reading) => decideCommit(format, reading, { id, seen, change, writer }), id);
      },
      async claimDue(limit, leaseMs) {
        await retire(writer);
        return step((reading) => decideClaim(reading, { limit, leaseMs, writer }));
      },
      oldest: (limit) => read(writer, ({ projection }) => projection.due().slice(0, limit)),
      counters: () => read(writer, ({ projection, now }) => projection.count(now)),
      async stock(units, mode) {
        checkUnits(units);
        await step((reading) => decideStock(reading, { units, mode, writer }));
      },
      checkpoint: (checkpoint, stream) => changeMeta(writer, { checkpoint, stream }),
    } satisfies Omit<Store, 'health'> & Pools & Pick<Recovery, 'checkpoint'>;
  }

  const changeMeta = (writer: string | undefined, change: Partial<Meta>): Promise<void> =>
    step((reading) => decideMeta(reading, writer, change));

  return {
    ...within(),
    async health() {
      const { is, checkpoint, stream } = (await log.catchUp()).meta;
      return { is, checkpoint, stream };
    },
    async beginRebuild(leaseMs) {
      await step(({ projection: { life } }) => ({
        answer: undefined,
        write: life === undefined ? { key: LIFE, message: { life: randomUUID() } } : undefined,
      }));
      const writer = randomUUID();
      const begun = await step(({ projection, now }) => {
        const { life = '', meta } = projection;
        if (meta.is === 'whole' || now < meta.leasedUntil) return { answer: undefined };
        const message = { ...meta, life, is: 'rebuilding' as const, writer, leasedUntil: now + leaseMs };
        return { answer: { ...meta, cause: meta.is }, write: { key: META, message } };
      });
      if (!begun) return undefined;
      return {
        ...within(writer),
        cause: begun.cause,
        from: begun.checkpoint,
        stream: begun.stream,
        renew: (ms) => changeMeta(writer, { leasedUntil: log.now() + ms }),
        complete: (checkpoint, of) => changeMeta(writer, { is: 'whole', checkpoint, stream: of, leasedUntil: 0 }),
        abandon: () => changeMeta(writer, { leasedUntil: 0 }).catch(() => undefined),
      };
    },
    close: log.close,
  };
}
