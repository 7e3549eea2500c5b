import type { Flow } from '#shared/contracts/flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import type { Rebuild } from '#shared/store/standing.ts';
import type { HostClock } from '../host-clock.ts';
import { periodic } from '../periodic.ts';
import { TO_CONCLUDE } from './fold-order.ts';
import { AT_ONCE, foldStream } from './fold-stream.ts';
import { type Part, patiently } from './parts.ts';

export interface RebuildOptions extends Pick<HostClock, 'monotonic' | 'wait' | 'now'> {
  readonly bus: Bus;
  readonly flow: Flow;
  readonly service: string;
  readonly reacts: readonly string[];
  /** When the loss was noticed, ms since the epoch. */
  readonly noticedAt: number;
  readonly onProgress: (events: number, orders: number) => void;
  readonly stopping: AbortSignal;
}

/** A part whose store this process alone may write now. */
interface Open {
  readonly part: Part;
  readonly rebuild: Rebuild;
}

const LEASE_MS = 5_000;

/**
 * Becomes the one writer of those parts that are not whole and folds the stream into them: what was consumed, what was
 * published, then what follows from it. Nothing is published, and no effect is performed. Where it is interrupted, the next
 * one goes on.
 * @returns what was found, or undefined when another process is at it
 * @throws Unavailable when a server goes away or the data is lost again; then nothing is whole, and it is to be done again
 */
export async function rebuildParts(parts: readonly Part[], options: RebuildOptions) {
  const opened: Open[] = [];
  for (const part of parts) {
    if ((await part.store.standing()).is === 'whole') continue;
    const rebuild = await part.store.beginRebuild(LEASE_MS);
    if (!rebuild) {
      await abandon(opened);
      return undefined;
    }
    opened.push({ part, rebuild });
  }
  if (opened.length === 0) return undefined;
  const renewal = periodic(
    LEASE_MS / 4,
    () => renew(opened),
    () => undefined,
    options.wait,
  );
  try {
    return await fold(opened, options);
  } catch (error) {
    await abandon(opened);
    throw error;
  } finally {
    // Nobody waits for its last turn.
    void renewal.stop();
  }
}

const abandon = (opened: readonly Open[]) => Promise.all(opened.map(({ rebuild }) => rebuild.abandon()));
const renew = async (opened: readonly Open[]): Promise<void> => {
  for (const { rebuild } of opened) await rebuild.renew(LEASE_MS);
};

async function fold(opened: readonly Open[], options: RebuildOptions) {
  const { bus, noticedAt, onProgress, now, wait, stopping } = options;
  const ids = new Set<string>();
  let events = 0;
  const add = async (orderId: string, past: Parameters<Part['add']>[2]): Promise<void> => {
    stopping.throwIfAborted();
    ids.add(orderId);
    events += past.length;
    for (const { part, rebuild } of opened) await patiently(() => part.add(rebuild, orderId, past), wait);
    onProgress(events, ids.size);
  };
  const added = async (sequence: number): Promise<void> => {
    for (const { rebuild } of opened) await patiently(() => rebuild.noteSettled(sequence), wait);
  };
  const from = (first: number): Promise<number> => foldStream({ ...options, first, add, added });
  for (const { part, rebuild } of opened) {
    const { pools } = part;
    if (pools) await patiently(() => rebuild.fillPools(pools, 'missing'), wait);
  }
  const settledUpTo = Math.min(...opened.map(({ rebuild }) => rebuild.settledUpTo));
  let upTo = await from(settledUpTo + 1);
  // What was decided before the loss is in the stream by then, or never: no publish of it lasts longer. Where nothing ever
  // happened nothing can be on its way either.
  if (settledUpTo > 0 || events > 0) {
    const left = Math.max(noticedAt, bus.connectedSince ?? now()) + bus.publishWithinMs - now();
    if (left > 0) await wait(left, stopping);
    upTo = await from(upTo + 1);
  }
  for (const { part, rebuild } of opened) if (part.conclude) await concludeAll(part.conclude, rebuild, options);
  // The service's own store last: with it the service goes on, and needs the others.
  for (const { rebuild } of opened.toReversed()) await rebuild.complete(upTo);
  return { cause: opened[0]?.rebuild.cause ?? 'wiped', events, orders: ids.size };
}

/** What follows from the history of each order that has some which was not concluded, whoever added it. */
async function concludeAll(
  conclude: NonNullable<Part['conclude']>,
  rebuild: Rebuild,
  { wait, stopping }: RebuildOptions,
): Promise<void> {
  const concluded = new Set<string>();
  for (;;) {
    const orderIds = await patiently(() => rebuild.dueBy(TO_CONCLUDE, AT_ONCE), wait);
    if (orderIds.length === 0) return;
    for (const id of orderIds) if (concluded.has(id)) throw new Error(`the rebuild cannot conclude order ${id}`);
    await Promise.all(
      orderIds.map((orderId) => {
        stopping.throwIfAborted();
        concluded.add(orderId);
        return patiently(() => conclude(rebuild, orderId), wait);
      }),
    );
  }
}
