import { randomUUID } from 'node:crypto';
import { documentKey, notesIn } from './document-item.ts';
import { type Contribution, type Group, type LedgerItem, settle } from './ledger.ts';
import type { Table } from './table.ts';

/**
 * Counts what a crashed process has written of a group. What it has not written is kept from being written later: a slow process
 * then finds another revision, and asks again. May be done by several at once.
 */
export async function recoverGroup(
  table: Table,
  ledger: LedgerItem,
  generation: string,
  token: string,
  { ids }: Group,
): Promise<void> {
  const written: Contribution[] = [];
  for (const id of ids) {
    const note = await noteOf(table, documentKey(generation, id), token);
    if (note) written.push(note);
  }
  await ledger.change((now) => (now.groups[token] ? settle(now, token, written) : undefined));
}

async function noteOf(table: Table, key: string, token: string): Promise<Contribution | undefined> {
  for (;;) {
    const item = (await table.getAll([key])).get(key);
    const note = notesIn(item)[token];
    if (note || (await table.put({ ...item, key, revision: randomUUID() }, item?.revision))) return note;
  }
}
