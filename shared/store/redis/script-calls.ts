import { type Change, type Document, type Integers, NotWhole } from '../store.ts';
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

export interface Commit {
  readonly id: string;
  readonly seen: Pick<Document, 'version' | 'epoch'>;
  readonly change: Change;
}

/** What a script answers for one document; `error`: this one failed, whatever came of the others. */
type Reply =
  | 'done'
  | readonly ['beaten', View]
  | readonly ['insufficient', string[]]
  | readonly ['error', string]
  | View;
export type View = readonly [dueAt: string, entries: string[]];

export interface Answer {
  readonly reply: Exclude<Reply, readonly ['error', string]>;
  readonly now: number;
  readonly epoch: string;
}

/** Runs the scripts on one store. All its keys begin with `prefix`. */
export function createScriptCalls(connection: RedisConnection, prefix: string, epoch: Epoch) {
  const shared = ['epoch', 'due', 'leases', 'counters', 'pools'].map((name) => `${prefix}:${name}`);

  /** @throws Unavailable when the server's epoch is another one: nothing was done */
  async function call(script: ScriptName, keys: readonly string[], args: Argument[], known: string): Promise<unknown> {
    args.push(known);
    const reply = await connection.run(script, keys, args);
    if (reply !== OTHER_EPOCH) return reply;
    epoch.forget();
    throw new NotWhole('in another epoch');
  }

  /** The calls of one turn of the event loop as one script, which fails or succeeds for all of them. */
  function together<Call extends { readonly id: string }>(
    script: ScriptName,
    argumentsOf: (call: Call, epoch: string) => readonly Argument[],
  ): (call: Call) => Promise<Answer> {
    async function run(calls: readonly Call[]) {
      const known = await epoch.current();
      const keys = shared.slice();
      const args: Argument[] = [];
      for (const one of calls) {
        keys.push(`${prefix}:order:${one.id}`);
        for (const arg of argumentsOf(one, known)) args.push(arg);
      }
      const [now, replies] = (await call(script, keys, args, known)) as [number, Reply[]];
      return { now, replies, epoch: known };
    }
    const gather = createBatch(run, MAX_DOCUMENTS);
    return async (one) => {
      const [index, answer] = gather(one);
      const { replies, now, epoch } = await answer;
      const reply = replies[index] as Reply;
      if (reply[0] === 'error') throw documentFault(script, one.id, String(reply[1]));
      return { reply: reply as Answer['reply'], now, epoch };
    };
  }

  return {
    load: together<Pick<Document, 'id'>>('load', ({ id }) => [id]),
    commit: together('commit', commitArguments),
    ask: async (script: ScriptName, ...args: Argument[]) => call(script, shared, args, await epoch.current()),
  };
}

/** Gathers calls until the turn of the event loop ends, at most `cap`; tells which call of the batch it is, and what comes of it. */
function createBatch<Call, Answer>(run: (calls: readonly Call[]) => Promise<Answer>, cap: number) {
  let calls: Call[] = [];
  let answer: Promise<Answer>;

  function begin(): void {
    const begun: Call[] = [];
    calls = begun;
    answer = new Promise((resolve) => {
      setImmediate(() => {
        if (calls === begun) calls = [];
        resolve(run(begun));
      });
    });
  }

  return function gather(call: Call): [index: number, answer: Promise<Answer>] {
    if (calls.length === 0 || calls.length >= cap) begin();
    return [calls.push(call) - 1, answer];
  };
}

/** The layout is that of `commit.lua`. Every argument costs the server about as much as writing a field: few are sent. */
function commitArguments({ id, seen, change }: Commit, epoch: string): Argument[] {
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

/** Whatever else the server says (full, loading, no permission) is its trouble: work pauses, and no message is blamed. */
const documentFault = (script: string, id: string, answer: string): Error =>
  ABOUT_THE_DOCUMENT.test(answer)
    ? new Error(`the store's script ${script} found foreign data under the key of document ${id}: ${answer}`)
    : storeFault(new Error(answer));
