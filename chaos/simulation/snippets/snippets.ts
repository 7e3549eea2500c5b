import { getPut, getPutGuarded } from './get-put.ts';
import { hset, hsetExpired } from './hset.ts';
import type { Snippet } from './snippet.ts';
import { scheduledScan, ttlTimer } from './timeouts.ts';

/** The workshop's own ways of keeping an order's state, step by step as it shows them. */
export const snippets: readonly Snippet[] = [hset, hsetExpired, getPut, getPutGuarded, ttlTimer, scheduledScan];

/** @throws when there is none of that name */
export function snippetOf(name: string): Snippet {
  const found = snippets.find((snippet) => snippet.name === name);
  if (found) return found;
  throw new Error(`no snippet is called ${name}: take one of ${snippets.map((snippet) => snippet.name).join(', ')}`);
}
