import {
  type Change,
  type Committed,
  type Counters,
  type Document,
  type Due,
  type Integers,
  notWhole,
  type Pools,
  type Store,
} from '../store.ts';
import { createBatch } from './batch.ts';
import { type Argument, type RedisConnection, type ScriptName, storeFault } from './connection.ts';
import type { Epoch } from './epoch.ts';

/** So many documents in one script call: enough to share its cost, few enough to keep the server free for others. */
const MAX_DOCUMENTS = 64;
/** A script's answer to a caller whose epoch is not the server's. */
const OTHER_EPOCH = 'other-epoch';
/** No document has this version. */
const NO_VERSION = -1;
/** The one answer that is about a document: something else is stored under its key. */
const ABOUT_THE_DOCUMENT = /^-?WRONGTYPE\b/;

type View = readonly [dueAt: string, entries: string[]];
type Reply =
  | 'done'
  | readonly ['beaten', View]
  | readonly ['insufficient', string[]]
  /** One that failed for itself. */
  | readonly ['error', string]
  | View;

interface Answer {
  readonly reply: Reply;
  readonly now: number;
  readonly epoch: string;
}

interface Commit {
  readonly id: string;
  readonly seen: Pick<Document, 'version' | 'epoch'>;
  readonly change: Change;
}

/** All keys of one partition begin with `prefix`, whose hash tag puts them in one slot of a cluster. */
export function createRedisPartition(
  connection: RedisConnection,
  prefix: string,
  epoch: Epoch,
): Omit<Store, 'health'> & Pools {
  const shared = ['epoch', 'due', 'leases', 'counters', 'pools'].map((name) => `${prefix}:${name}`);

  /** @throws Unavailable when the server's epoch is another one: nothing was done */
  async function call(script: ScriptName, keys: readonly string[], args: Argument[], known: string): Promise<unknown> {
    args.push(known);
    const reply = await connection.run(script, keys, args);
    if (reply !== OTHER_EPOCH) return reply;
    epoch.forget();
    throw notWhole('in another epoch');
  }
  const ask = async (script: ScriptName, ...args: Argument[]) => call(script, shared, args, await epoch.current());

  /** The calls of one turn of the event loop as one script. */
  function together<Call extends { readonly id: string }>(
    script: ScriptName,
    argumentsOf: (call: Call, epoch: string) => readonly Argument[],
  ): (call: Call) => Promise<Answer> {
    const enqueue = createBatch<Call, Answer>(async (calls) => {
      const known = await epoch.current();
      const keys = shared.slice();
      const args: Argument[] = [];
      for (const one of calls) {
        keys.push(`${prefix}:order:${one.id}`);
        for (const arg of argumentsOf(one, known)) args.push(arg);
      }
      const [now, replies] = (await call(script, keys, args, known)) as [number, Reply[]];
      return replies.map((reply) => ({ reply, now, epoch: known }));
    }, MAX_DOCUMENTS);
    return async (one) => {
      const answer = await enqueue(one);
      if (answer.reply[0] === 'error') throw documentFault(script, one.id, String(answer.reply[1]));
      return answer;
    };
  }
  const loading = together<Pick<Document, 'id'>>('load', ({ id }) => [id]);
  const committing = together<Commit>('commit', argumentsOf);

  return {
    async load(id) {
      const answer = await loading({ id });
      return documentOf(id, answer.reply as View, answer);
    },
    async commit(id, seen, change): Promise<Committed> {
      const answer = await committing({ id, seen, change });
      const { reply, now, epoch } = answer;
      if (reply === 'done') return { outcome: 'done', now, epoch };
      if (reply[0] === 'insufficient') return { outcome: 'insufficient', pools: (reply[1] as string[]).sort() };
      return { outcome: 'beaten', document: documentOf(id, reply[1] as View, answer) };
    },
    claimDue: async (limit, leaseMs) => dueOf(await ask('claim-due', limit, leaseMs)),
    oldest: async (limit) => dueOf(await ask('oldest', limit)),
    counters: async () => countersOf(await ask('counters')),
    async stock(units, mode) {
      await ask('stock', mode, ...Object.entries(units).flat());
    },
  };
}

/** The layout is that of `commit.lua`. Every argument costs the server about as much as writing a field: few are sent. */
function argumentsOf({ id, seen, change }: Commit, epoch: string): Argument[] {
  const { entry = '', counters, pools, dueAt = '', attended, expireAfterMs = '' } = change;
  // Read before a loss of data: what is there now may have the same version.
  const version = seen.version > 0 && seen.epoch !== epoch ? NO_VERSION : seen.version;
  const args: Argument[] = [id, version, entry, attended ? `!${dueAt}` : dueAt, expireAfterMs, 0, 0];
  args[5] = append(args, counters);
  args[6] = append(args, pools);
  return args;
}

function append(args: Argument[], integers: Integers | undefined): number {
  const before = args.length;
  for (const name in integers) if (integers[name] !== 0) args.push(name, integers[name] ?? 0);
  return args.length - before;
}

/**
 * What a script answers for one document of a batch. Whatever else the server says (full, loading, no permission) is the
 * server's trouble: work pauses until it passes, and no message is blamed.
 */
const documentFault = (script: string, id: string, answer: string): Error =>
  ABOUT_THE_DOCUMENT.test(answer)
    ? new Error(`the store's script ${script} found foreign data under the key of document ${id}: ${answer}`)
    : storeFault(new Error(answer));

const documentOf = (id: string, [dueAt, entries]: View, { now, epoch }: Answer): Document => ({
  id,
  version: entries.length,
  entries,
  dueAt: dueAt === '' ? undefined : Number(dueAt),
  now,
  epoch,
});

/** name, number, name, number, ... */
function pairsIn(flat: unknown): [string, number][] {
  const [list, pairs] = [flat as string[], [] as [string, number][]];
  for (let at = 0; at < list.length; at += 2) pairs.push([String(list[at]), Number(list[at + 1])]);
  return pairs;
}

const dueOf = (flat: unknown): Due[] => pairsIn(flat).map(([id, dueAt]) => ({ id, dueAt }));

function countersOf(reply: unknown): Counters {
  const [now, counters, pools, due] = reply as [number, unknown, unknown, unknown];
  return {
    counters: Object.fromEntries(pairsIn(counters)),
    pools: Object.fromEntries(pairsIn(pools)),
    oldestDueAt: dueOf(due)[0]?.dueAt,
    now,
  };
}
