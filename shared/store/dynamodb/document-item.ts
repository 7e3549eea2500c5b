import type { Contents } from '../memory/memory-documents.ts';
import type { Due } from '../store.ts';
import type { Contribution } from './ledger.ts';
import type { Item } from './table.ts';

/** Where a document is, and what its item holds. */

/** DynamoDB's limit of an item is 400 KB, with the names of its attributes; the rest of ours needs less than 8. */
export const MAX_ENTRIES_BYTES = 392 * 1024;
/** A document without entries or due time is kept for its notes only. */
const NOTES_KEPT_S = 3_600;
const DIGITS = 16;

export const documentKey = (generation: string, id: string): string => `${generation}/${id}`;

export const idOf = ({ key }: Pick<Item, 'key'>): string => key.slice(key.indexOf('/') + 1);

/** Sorts by due time, then by id. */
const dueKey = (dueAt: number, id: string): string => `${dueBound(dueAt)} ${id}`;
export const dueBound = (dueAt: number): string => String(Math.max(0, dueAt)).padStart(DIGITS, '0');
export const dueIn = ({ due = '', dueAt = 0 }: Item): Due => ({ id: due.slice(DIGITS + 1), dueAt });

export function takeIn({ documents, due }: Contents, id: string, { entries = [], expiresAt, dueAt }: Item): void {
  if (entries.length > 0) documents.set(id, { entries: [...entries], expiresAt });
  if (dueAt !== undefined) due.set(id, dueAt);
}

export function itemOf({ documents, due }: Contents, id: string, generation: string, now: number) {
  const { entries = [], expiresAt } = documents.get(id) ?? {};
  const dueAt = due.get(id);
  const forgottenAt = expiresAt ?? (entries.length === 0 ? now + NOTES_KEPT_S * 1_000 : undefined);
  return {
    key: documentKey(generation, id),
    generation,
    entries,
    expiresAt,
    ttl: dueAt === undefined && forgottenAt !== undefined ? Math.ceil(forgottenAt / 1_000) : undefined,
    dueAt,
    due: dueAt === undefined ? undefined : dueKey(dueAt, id),
  } satisfies Partial<Item>;
}

type Notes = Readonly<Record<string, Contribution>>;

export const notesIn = (item: Item | undefined): Notes => (item?.noted ? JSON.parse(item.noted) : {});
