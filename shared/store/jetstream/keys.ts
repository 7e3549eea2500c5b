/** The keys of a log: what its subjects say behind the prefix of the store. */

/**
 * The keys that are no document's. A life begins when nothing is there and ends when all is lost: what a writer of another one
 * wrote does not count. It is the store's epoch.
 */
export const [LIFE, META, LEASES, STOCK, RETIRED] = ['life', 'meta', 'leases', 'stock', 'retired'] as const;

const DOCUMENT = 'order.';

/** A token of a subject, also in a KV bucket: the id, with `=` and two hex digits for every byte that is not allowed. */
export const keyOf = (id: string): string =>
  DOCUMENT +
  encodeURIComponent(id)
    .replaceAll(/[.!~*'()]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
    .replaceAll('%', '=');

export const idOf = (key: string): string | undefined =>
  key.startsWith(DOCUMENT) ? decodeURIComponent(key.slice(DOCUMENT.length).replaceAll('=', '%')) : undefined;
