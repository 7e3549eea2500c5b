import { documentKey, itemOf, notesIn } from './document-item.ts';
import type { Draft } from './draft.ts';
import { LEDGER, type Ledger, ledgerIn } from './ledger.ts';
import type { Item, Table } from './table.ts';

/** The ledger and these documents, by their ids, as one request tells them. `generation`: what the ledger's is taken for. */
export async function readDocuments(table: Table, documents: readonly { readonly id: string }[], generation: string) {
  const ids = [...new Set(documents.map(({ id }) => id))];
  const found = await table.getAll([LEDGER, ...ids.map((id) => documentKey(generation, id))]);
  const seen = ledgerIn(found.get(LEDGER));
  if (seen.ledger.generation !== generation) return readDocuments(table, documents, seen.ledger.generation);
  const items = new Map<string, Item>();
  for (const id of ids) {
    const item = found.get(documentKey(generation, id));
    if (item) items.set(id, item);
  }
  return { ...seen, items };
}

/** Document -> whether it was written: false if somebody else was faster. An error: unknown. */
export type Outcomes = ReadonlyMap<string, boolean | Error>;

/** Each with a note of what it contributes, beside those that the ledger has not counted yet. */
export async function writeDocuments(
  table: Table,
  { contents, changed, now }: Draft,
  items: ReadonlyMap<string, Item>,
  { generation, groups }: Ledger,
  token: string,
): Promise<Outcomes> {
  const outcomes = new Map<string, boolean | Error>();
  const writing = [...changed].map(async ([id, contribution]) => {
    const before = items.get(id);
    const uncounted = Object.entries(notesIn(before)).filter(([group]) => groups[group]);
    const noted = JSON.stringify({ ...Object.fromEntries(uncounted), [token]: contribution });
    const item = { ...before, ...itemOf(contents, id, generation, now), noted, revision: token };
    outcomes.set(id, await table.put(item, before?.revision).catch((error: Error) => error));
  });
  await Promise.all(writing);
  return outcomes;
}
