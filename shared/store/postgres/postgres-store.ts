import { checkChange, checkUnits } from '../check-change.ts';
import type { Counters, Document, Due, OpenStore, Pools, Store } from '../store.ts';
import { COMMAND_TIMEOUT_MS, type StoreAt } from '../store-kind.ts';
import { createCalls, type View } from './calls.ts';
import { type Connection, createConnection } from './connection.ts';
import { createEpoch, type Epoch } from './epoch.ts';

/** The store in PostgreSQL >= 14: each call is one statement, so one transaction, on the server's clock. */
export function createPostgresStore({ url, service, commandTimeoutMs = COMMAND_TIMEOUT_MS }: StoreAt): OpenStore {
  const place = { url, service, commandTimeoutMs };
  const writes = createConnection(place);
  const reads = createConnection(place);
  const epoch = createEpoch(reads);
  return {
    ...within(writes, reads, epoch),
    health: epoch.health,
    checkpoint: epoch.checkpoint,
    async beginRebuild(leaseMs) {
      const begun = await epoch.begin(leaseMs);
      return begun && { ...begun, ...within(writes, reads, begun.epoch) };
    },
    async close() {
      await Promise.all([writes.close(), reads.close()]);
    },
  };
}

/** The calls that are made within an epoch. */
function within(writes: Connection, reads: Connection, epoch: Epoch): Omit<Store, 'health'> & Pools {
  const { load, commit, read, write } = createCalls(writes, reads, epoch);
  return {
    async load(id) {
      checkText(id, id);
      const { reply, ...at } = await load(id);
      return documentOf(id, reply, at);
    },
    async commit(id, seen, change) {
      checkChange(id, change);
      checkText(id, id, change.entry);
      const { reply, ...at } = await commit({ id, seen, change });
      if (reply === 'done') return { outcome: 'done', ...at };
      if ('insufficient' in reply) return { outcome: 'insufficient', pools: reply.insufficient.sort() };
      return { outcome: 'beaten', document: documentOf(id, reply.beaten, at) };
    },
    claimDue: (limit, leaseMs) => write<Due[]>('claimDue', limit, leaseMs),
    oldest: (limit) => read<Due[]>('oldest', limit),
    async counters() {
      const { oldestDueAt, ...rest } = await read<Omit<Counters, 'oldestDueAt'> & { oldestDueAt: number | null }>(
        'counters',
      );
      return { ...rest, oldestDueAt: oldestDueAt ?? undefined };
    },
    async stock(units, mode) {
      checkUnits(units);
      await write('stock', JSON.stringify(units), mode === 'raise');
    },
  };
}

/** The one character that no text of PostgreSQL holds, and that would fail a whole batch. @throws TypeError */
function checkText(id: string, ...texts: (string | undefined)[]): void {
  if (texts.some((text) => text?.includes('\0')))
    throw new TypeError(`document ${JSON.stringify(id)}: its id and entries must not hold the character NUL`);
}

const documentOf = (id: string, view: View, at: Pick<Document, 'now' | 'epoch'>): Document => ({
  id,
  ...view,
  dueAt: view.dueAt ?? undefined,
  ...at,
});
