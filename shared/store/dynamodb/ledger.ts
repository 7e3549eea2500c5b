import { randomUUID } from 'node:crypto';
import { sum } from '../integers.ts';
import { type Health, type Integers, NotWhole } from '../store.ts';
import type { Item, Table } from './table.ts';

/** Documents that one process writes at about the same time. */
export interface Group {
  /** When it began, ms. One that is old belongs to a process that crashed. */
  readonly at: number;
  readonly ids: readonly string[];
  /** Already taken from the pools, for all its documents: negative. */
  readonly taken: Integers;
}

/**
 * The one item that all processes of a store compare and set. Counters and pools are in here, since no document can be written
 * together with another item: each group is announced here before its documents are written, and counted afterwards.
 */
export interface Ledger {
  readonly is: Health['is'];
  /** Another one whenever the store begins to be rebuilt, and when that is complete. */
  readonly epoch: string;
  /** Begins each document's key. Another one after a loss of data: what a slow process writes to the old one is never read. */
  readonly generation: string;
  readonly checkpoint: number;
  readonly stream?: string | undefined;
  /** Until when the one who rebuilds is taken for alive, ms. */
  readonly leasedUntil: number;
  readonly counters: Integers;
  /** Units left. Those that announced groups take are gone, those that they give back are not there yet. */
  readonly pools: Integers;
  readonly groups: Readonly<Record<string, Group>>;
}

export interface SeenLedger {
  readonly ledger: Ledger;
  readonly revision: string | undefined;
}

export const LEDGER = 'ledger';

export const WIPED: Ledger = {
  is: 'wiped',
  epoch: '',
  generation: '',
  checkpoint: 0,
  leasedUntil: 0,
  counters: {},
  pools: {},
  groups: {},
};

export const ledgerIn = (item: Item | undefined): SeenLedger => ({
  ledger: item?.ledger === undefined ? WIPED : JSON.parse(item.ledger),
  revision: item?.revision,
});

/** What a document, or several, add to counters and pools. */
export interface Contribution {
  readonly counters: Integers;
  readonly pools: Integers;
}

/** Counts a group whose documents are written, or never will be: these are the contributions of those that are. */
export function settle(ledger: Ledger, token: string, written: readonly Contribution[]): Ledger {
  const group = ledger.groups[token];
  if (!group) return ledger;
  const { [token]: _, ...groups } = ledger.groups;
  return {
    ...ledger,
    groups,
    counters: sum(ledger.counters, ...written.map(({ counters }) => counters)),
    pools: sum(ledger.pools, negative(group.taken), ...written.map(({ pools }) => pools)),
  };
}

const negative = (of: Integers): Integers => Object.fromEntries(Object.entries(of).map(([name, by]) => [name, -by]));

/** @throws NotWhole unless this writer may use it: the one who rebuilds in this epoch, or everybody else. */
export function checkOpen({ is, epoch }: Ledger, writer: string | undefined): void {
  if (writer === undefined && is !== 'whole') throw new NotWhole(is);
  if (writer !== undefined && epoch !== writer) throw new NotWhole('in another epoch');
}

export type LedgerItem = ReturnType<typeof openLedger>;

export function openLedger(table: Table) {
  const read = async (): Promise<SeenLedger> => ledgerIn((await table.getAll([LEDGER])).get(LEDGER));
  /** Resolves with false if somebody else has written it since. */
  const write = (ledger: Ledger, revision: string, seen: string | undefined): Promise<boolean> =>
    table.put({ key: LEDGER, revision, ledger: JSON.stringify(ledger) }, seen);
  return {
    read,
    write,
    /** Until it is written, or `next` has nothing to write. */
    async change(next: (ledger: Ledger) => Ledger | undefined): Promise<Ledger | undefined> {
      for (;;) {
        const { ledger, revision } = await read();
        const wanted = next(ledger);
        if (!wanted || (await write(wanted, randomUUID(), revision))) return wanted;
      }
    },
  };
}
