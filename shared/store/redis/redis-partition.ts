import { notWhole } from '../not-whole.ts';
import type { Change, Committed, Counters, Document, Due, Integers, Store } from '../store.ts';
import { createBatch } from './batch.ts';
import type { Argument, RedisConnection } from './connection.ts';
import type { Epoch } from './epoch.ts';
import type { Script, Scripts } from './scripts.ts';
import { documentFault } from './store-fault.ts';

/** So many documents in one script call: enough to share its cost, few enough to keep the server free for others. */
const MAX_DOCUMENTS = 64;
/** A script's answer to a caller whose epoch is not the server's. */
const OTHER_EPOCH = 'other-epoch';

interface Call {
  readonly id: string;
  /** The epoch that the caller knows: all calls of one batch know the same. */
  readonly epoch: string;
  readonly args: readonly Argument[];
}

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

export interface RedisPartition extends Omit<Store, 'health'> {
  stock(units: Integers, mode: string): Promise<void>;
}

/** All keys of one partition begin with `prefix`, whose hash tag puts them in one slot of a cluster. */
export function createRedisPartition(
  connection: RedisConnection,
  scripts: Scripts,
  prefix: string,
  epoch: Epoch,
): RedisPartition {
  const shared = ['epoch', 'due', 'leases', 'counters', 'pools'].map((name) => `${prefix}:${name}`);

  /** @throws Unavailable when the server's epoch is another one: nothing was done */
  async function call(script: Script, keys: readonly string[], args: Argument[], known: string): Promise<unknown> {
    args.push(known);
    const reply = await connection.run(script, keys, args);
    if (reply !== OTHER_EPOCH) return reply;
    epoch.refused(known);
    throw notWhole('whole');
  }
  const ask = async (script: Script, ...args: Argument[]) => call(script, shared, args, await epoch.current());

  /** The calls of one turn of the event loop as one script. */
  function together(script: Script): (call: Call) => Promise<Answer> {
    const enqueue = createBatch<Call, Answer>(async (calls) => {
      const known = calls[0]?.epoch ?? '';
      if (calls.some((one) => one.epoch !== known)) throw notWhole('whole');
      const keys = shared.slice();
      const args: Argument[] = [];
      for (const { id, args: own } of calls) {
        keys.push(`${prefix}:order:${id}`);
        for (const arg of own) args.push(arg);
      }
      const [now, replies] = (await call(script, keys, args, known)) as [number, Reply[]];
      return replies.map((reply) => ({ reply, now, epoch: known }));
    }, MAX_DOCUMENTS);
    return async (one) => {
      const answer = await enqueue(one);
      if (answer.reply[0] === 'error') throw documentFault(script.name, one.id, String(answer.reply[1]));
      return answer;
    };
  }
  const loading = together(scripts.load);
  const committing = together(scripts.commit);

  async function load(id: string): Promise<Document> {
    const answer = await loading({ id, epoch: await epoch.current(), args: [id] });
    return documentOf(id, answer.reply as View, answer);
  }

  return {
    load,
    async commit(id, { version, epoch: seen }, change): Promise<Committed> {
      const known = await epoch.current();
      // Read before a loss of data: what is there now may have the same version.
      if (version > 0 && seen !== known) return { outcome: 'beaten', document: await load(id) };
      const answer = await committing({ id, epoch: known, args: argumentsOf(id, version, change) });
      const { reply, now } = answer;
      if (reply === 'done') return { outcome: 'done', now, epoch: known };
      if (reply[0] === 'insufficient') return { outcome: 'insufficient', pools: (reply[1] as string[]).sort() };
      return { outcome: 'beaten', document: documentOf(id, reply[1] as View, answer) };
    },
    claimDue: async (limit, leaseMs) => dueOf(await ask(scripts['claim-due'], limit, leaseMs)),
    oldest: async (limit) => dueOf(await ask(scripts.oldest, limit)),
    counters: async () => countersOf(await ask(scripts.counters)),
    async stock(units, mode) {
      await ask(scripts.stock, mode, ...Object.entries(units).flat());
    },
  };
}

/** The layout is that of `commit.lua`. Every argument costs the server about as much as writing a field: few are sent. */
function argumentsOf(id: string, version: number, change: Change): Argument[] {
  const { entry = '', counters, pools, dueAt = '', attended, expireAfterMs = '' } = change;
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

const documentOf = (id: string, [dueAt, entries]: View, { now, epoch }: Answer): Document => ({
  id,
  version: entries.length,
  entries,
  dueAt: dueAt === '' ? undefined : Number(dueAt),
  now,
  epoch,
});

function dueOf(reply: unknown): Due[] {
  const flat = reply as string[];
  const due: Due[] = [];
  for (let at = 0; at < flat.length; at += 2) due.push({ id: String(flat[at]), dueAt: Number(flat[at + 1]) });
  return due;
}

function countersOf(reply: unknown): Counters {
  const [now, counters, pools, due] = reply as [number, string[], string[], string[]];
  return { counters: integersOf(counters), pools: integersOf(pools), oldestDueAt: dueOf(due)[0]?.dueAt, now };
}

/** name, number, name, number, ... */
function integersOf(flat: readonly string[]): Record<string, number> {
  const pairs: [string, number][] = [];
  for (let at = 0; at < flat.length; at += 2) pairs.push([String(flat[at]), Number(flat[at + 1])]);
  return Object.fromEntries(pairs);
}
