import type { Client } from 'pg';
import { nonZero } from '../integers.ts';
import { type Change, type Document, type Integers, NotWhole } from '../store.ts';
import { createBatches } from './batches.ts';
import type { Connection } from './connection.ts';
import type { Epoch } from './epoch.ts';

/** So many documents in one call: enough to share its cost, few enough to keep others waiting for some ms only. */
const MAX_DOCUMENTS = 128;
/** No document has this version. */
const NO_VERSION = -1;

export interface Commit {
  readonly id: string;
  readonly seen: Pick<Document, 'version' | 'epoch'>;
  readonly change: Change;
}

export type View = Pick<Document, 'version' | 'entries'> & { readonly dueAt: number | null };
type Reply = 'done' | { readonly beaten: View } | { readonly insufficient: string[] };

interface Answer<R> {
  readonly reply: R;
  readonly now: number;
  readonly epoch: string;
}

/** Each answers as `reply`, in no row or with NULL if the store is in another epoch than $1. */
const CALLS = {
  load: `SELECT json_build_array(now, (SELECT json_agg(view(id, now) ORDER BY nr) FROM unnest($2::text[]) WITH ORDINALITY _(id, nr)))
    AS reply FROM store, now_ms() AS now WHERE epoch = $1`,
  commit: 'SELECT commit_changes($1, $2) AS reply',
  claimDue: 'SELECT claim_due($1, $2, $3) AS reply',
  stock: 'SELECT stock($1, $2, $3) AS reply',
  oldest: `SELECT coalesce((SELECT json_agg(json_build_object('id', id, 'dueAt', due_at) ORDER BY due_at, id) FROM
    (SELECT id, due_at FROM documents WHERE due_at IS NOT NULL ORDER BY due_at, id LIMIT $2) _), '[]') AS reply FROM store WHERE epoch = $1`,
  counters: `SELECT json_build_object(
    'counters', coalesce((SELECT json_object_agg(name, value) FROM counters), '{}'),
    'pools', coalesce((SELECT json_object_agg(name, units) FROM pools), '{}'),
    'oldestDueAt', (SELECT min(due_at) FROM documents), 'now', now_ms()) AS reply FROM store WHERE epoch = $1`,
} as const;
type CallName = keyof typeof CALLS;

/** The calls on one store: writes on one connection, reads on the other, so that a read never waits for a sync. */
export function createCalls(writes: Connection, reads: Connection, epoch: Epoch) {
  async function ask<R>(client: Client, name: CallName, known: string, values: readonly unknown[]): Promise<R> {
    const { rows } = await client.query<{ reply: R | null }>({ name, text: CALLS[name], values: [known, ...values] });
    const reply = rows[0]?.reply;
    if (reply !== undefined && reply !== null) return reply;
    epoch.forget();
    throw new NotWhole('in another epoch');
  }

  /** The calls that come while others are under way as one, which fails or succeeds for all of them. */
  const together = <Call, R>(
    connection: Connection,
    name: CallName,
    argumentOf: (calls: readonly Call[], epoch: string) => unknown,
  ): ((call: Call) => Promise<Answer<R>>) =>
    createBatches<Call, Answer<R>>(
      (take) =>
        connection.run(async (client) => {
          const known = await epoch.current(client);
          const [now, replies] = await ask<[number, R[]]>(client, name, known, [argumentOf(take(), known)]);
          return replies.map((reply) => ({ reply, now, epoch: known }));
        }),
      MAX_DOCUMENTS,
    );

  const alone =
    (connection: Connection) =>
    <R>(name: CallName, ...values: unknown[]): Promise<R> =>
      connection.run(async (client) => ask<R>(client, name, await epoch.current(client), values));

  return {
    load: together<string, View>(reads, 'load', (ids) => ids),
    commit: together<Commit, Reply>(writes, 'commit', (commits, known) =>
      JSON.stringify(commits.map((commit) => rowOf(commit, known))),
    ),
    read: alone(reads),
    write: alone(writes),
  };
}

/** As `commit_changes` takes it. */
function rowOf({ id, seen, change }: Commit, epoch: string): object {
  const { entry, counters, pools, dueAt: due, attended, expireAfterMs: expiry } = change;
  // Read before a loss of data: what is there now may have the same version.
  const version = seen.version > 0 && seen.epoch !== epoch ? NO_VERSION : seen.version;
  return { id, version, entry, due, attended, expiry, counters: changing(counters), pools: changing(pools) };
}

/** Undefined: there are none, and nothing is sent of them. */
function changing(integers: Integers | undefined): Integers | undefined {
  const kept = nonZero(integers);
  return Object.keys(kept).length > 0 ? kept : undefined;
}
