import { checkChange } from '../check-change.ts';
import type { OpenStore, Pools, Recovery, Store } from '../store.ts';
import type { StoreAt } from '../store-kind.ts';
import { dueCalls } from './due.ts';
import { createGroups } from './groups.ts';
import { type LedgerItem, openLedger } from './ledger.ts';
import { beginRebuild, healthOf, ledgerCalls } from './recovery.ts';
import { openTable, type Table } from './table.ts';

/** The store in DynamoDB, one table for each `service`; `prepare` of prepare.ts makes it. Deadlines go by this machine's clock. */
export function createDynamoDbStore(at: StoreAt): OpenStore {
  const table = openTable(at);
  const ledger = openLedger(table);
  const { idle, ...calls } = within(table, ledger);
  return {
    ...calls,
    health: async () => healthOf((await ledger.read()).ledger),
    async beginRebuild(leaseMs) {
      const begun = await beginRebuild(ledger, leaseMs);
      if (!begun) return undefined;
      const { writer, complete, ...rebuild } = begun;
      const { idle, ...calls } = within(table, ledger, writer);
      return {
        ...rebuild,
        ...calls,
        async complete(sequence, stream) {
          await idle();
          await complete(sequence, stream);
        },
      };
    },
    async close() {
      await idle();
      table.close();
    },
  };
}

/** The calls that are made within an epoch. */
function within(table: Table, ledger: LedgerItem, writer?: string) {
  const groups = createGroups(table, ledger, writer);
  const due = dueCalls(table, ledger, writer);
  return {
    ...due,
    ...ledgerCalls(ledger, writer),
    load: groups.load,
    async commit(id, seen, change) {
      checkChange(id, change);
      return groups.commit(id, { seen, change });
    },
    async counters() {
      const [{ ledger, now }, [oldest]] = await Promise.all([groups.counted(), due.oldest(1)]);
      return { counters: ledger.counters, pools: ledger.pools, oldestDueAt: oldest?.dueAt, now };
    },
    idle: groups.idle,
  } satisfies Omit<Store, 'health'> & Pools & Pick<Recovery, 'checkpoint'> & { idle(): Promise<void> };
}
