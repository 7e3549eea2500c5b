import { subjectOf } from '#shared/contracts/flow.ts';
import type { BrokerInspector } from '#shared/messaging/broker-inspector.ts';
import type { Publisher } from '#shared/messaging/publisher.ts';
import type { StreamReader } from '#shared/messaging/stream-reader.ts';
import { type Document, NotWhole, type Rebuild } from '#shared/store/store.ts';
import type { Table } from '../behaviour.ts';
import { type Clock, periodic } from '../clock.ts';
import type { RecordedEvent } from '../recorded-event.ts';
import type { Tally } from '../rules.ts';
import { conclude, foldInto, TO_CONCLUDE, unseenIn } from './fold-document.ts';
import { type HistoryOptions, readHistory } from './read-history.ts';

export interface RebuildOptions extends HistoryOptions, Pick<Clock, 'wait' | 'now'> {
  readonly bus: Pick<StreamReader, 'replay' | 'read' | 'identity'> &
    Pick<BrokerInspector, 'connectedSince'> &
    Pick<Publisher, 'publishWithinMs'>;
  /** Of the service's own table: set up before orders hold from them. */
  readonly pools: Tally | undefined;
  /** RETENTION, ms. */
  readonly streamKeepsMs: number;
  /** When the loss was noticed, ms since the epoch. */
  readonly noticedAt: number;
  readonly onProgress: (events: number, orders: number) => void;
  readonly stopping: AbortSignal;
}

/** A table whose store this process alone may write now. */
interface Open {
  readonly table: Table;
  readonly rebuild: Rebuild;
}

const LEASE_MS = 5_000;
/** Documents concluded at once. */
const AT_ONCE = 512;
const TRIES = 8;
const RETRY_MS = 100;

/**
 * Becomes the one writer of those tables that are not whole and folds the stream into them: what was consumed and what was
 * published. Nothing is published, and no effect is performed. Where it is interrupted, the next one goes on.
 * @param tables the service's own first
 * @returns what was found, or undefined when another process rebuilds
 * @throws Unavailable when a server goes away or the data is lost again; then nothing is whole, and it is to be done again
 */
export async function rebuildTables(tables: readonly Table[], options: RebuildOptions) {
  const opened: Open[] = [];
  const abandon = () => Promise.all(opened.map(({ rebuild }) => rebuild.abandon()));
  for (const table of tables) {
    if ((await table.store.health()).is === 'whole') continue;
    const rebuild = await table.store.beginRebuild(LEASE_MS);
    if (!rebuild) {
      await abandon();
      return undefined;
    }
    opened.push({ table, rebuild });
  }
  const [first] = opened;
  if (!first) return undefined;
  const renew = async () => {
    for (const { rebuild } of opened) await rebuild.renew(LEASE_MS);
  };
  const renewal = periodic(LEASE_MS / 4, renew, () => undefined, options.wait);
  try {
    return { cause: first.rebuild.cause, ...(await fold(opened, first, options)) };
  } catch (error) {
    await abandon();
    throw error;
  } finally {
    // Nobody waits for its last turn.
    void renewal.stop();
  }
}

async function fold(opened: readonly Open[], { rebuild: own }: Open, options: RebuildOptions) {
  const { bus, pools, noticedAt, onProgress, now, wait, stopping } = options;
  const ids = new Set<string>();
  let events = 0;
  const stream = await bus.identity();
  async function add(orderId: string, history: readonly RecordedEvent[]): Promise<void> {
    stopping.throwIfAborted();
    ids.add(orderId);
    events += history.length;
    for (const one of opened) await addTo(one, orderId, history, options);
    onProgress(events, ids.size);
  }
  async function foldFrom(first: number): Promise<number> {
    let reached = first - 1;
    for await (const { orders, upTo } of readHistory(options, first)) {
      await Promise.all([...orders].map(([orderId, history]) => add(orderId, history)));
      if (upTo > reached)
        for (const { rebuild } of opened) await patiently(() => rebuild.checkpoint(upTo, stream), wait);
      reached = upTo;
    }
    return reached;
  }
  if (pools) await patiently(() => own.stock(pools, 'missing'), wait);
  // A sequence of a stream that was deleted says nothing of the one that was made anew.
  const checkpoint = Math.min(...opened.map(({ rebuild }) => (rebuild.stream === stream ? rebuild.from : 0)));
  let upTo = await foldFrom(checkpoint + 1);
  // A publish from before the loss has reached the stream by then, or fails. Where nothing ever happened none is on its way.
  if (opened.some(({ rebuild }) => rebuild.from > 0) || events > 0) {
    const left = Math.max(noticedAt, bus.connectedSince ?? now()) + bus.publishWithinMs - now();
    if (left > 0) await wait(left, stopping);
    upTo = await foldFrom(upTo + 1);
  }
  for (const one of opened) await concludeAll(one, options);
  // The service's own table last: with it the service goes on, and needs the others.
  for (const { rebuild } of opened.toReversed()) await rebuild.complete(upTo, stream);
  return { events, orders: ids.size };
}

async function addTo(
  { table, rebuild }: Open,
  orderId: string,
  history: readonly RecordedEvent[],
  { flow, wait }: RebuildOptions,
): Promise<void> {
  const records = history.flatMap((event) => table.recordsOf(orderId, event));
  for (const [id, ofDocument] of Map.groupBy(records, (record) => record.id)) {
    const events = ofDocument.map(({ event }) => event);
    await patiently(async () => {
      const document = await rebuild.load(id);
      const change = foldInto(flow, table, document, events);
      if (change) await rebuild.commit(id, document, change);
    }, wait);
  }
}

/** Each document to which history was added and that was not concluded, whoever added it. */
async function concludeAll({ table, rebuild }: Open, options: RebuildOptions): Promise<void> {
  const { flow, streamKeepsMs, wait, stopping } = options;
  const concluded = new Set<string>();
  for (;;) {
    const due = await patiently(() => rebuild.claimDue(AT_ONCE, 0), wait);
    const ids = due.filter(({ dueAt }) => dueAt === TO_CONCLUDE).map(({ id }) => id);
    if (ids.length === 0) return;
    await Promise.all(
      ids.map((id) => {
        stopping.throwIfAborted();
        if (concluded.has(id)) throw new Error(`the rebuild cannot conclude document ${id}`);
        concluded.add(id);
        return patiently(async () => {
          const document = await rebuild.load(id);
          const unpublished = await notInStream(document, options);
          await rebuild.commit(id, document, conclude(flow, table, document, streamKeepsMs, unpublished));
        }, wait);
      }),
    );
  }
}

/** A process that published an event did not record that it did; the stream tells. */
async function notInStream(document: Document, { flow, bus }: RebuildOptions): Promise<RecordedEvent[]> {
  const unpublished: RecordedEvent[] = [];
  for (const event of unseenIn(document)) {
    const stored = await bus.read(subjectOf(flow, event.type, document.id), 1);
    if (!stored.some(({ headers }) => headers['ce-id'] === event.id)) unpublished.push(event);
  }
  return unpublished;
}

/** Repeats what a bad connection prevents: all that is done here may be done twice. Not when the rebuild itself is over. */
async function patiently<T>(task: () => Promise<T>, wait: (ms: number) => Promise<void>): Promise<T> {
  for (let left = TRIES; ; left -= 1)
    try {
      return await task();
    } catch (error) {
      if (left === 0 || error instanceof NotWhole) throw error;
      await wait(RETRY_MS);
    }
}
