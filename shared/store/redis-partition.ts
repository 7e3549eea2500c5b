import { createBatch } from './batch.ts';
import { changeArguments, loadArguments, markArguments, recordArguments } from './change-arguments.ts';
import type { Change, Fact, Grouped, Totals } from './correlation-store.ts';
import type { Argument, RedisConnection } from './redis-connection.ts';
import type { Epoch } from './redis-epoch.ts';
import type { readScripts, Script } from './redis-scripts.ts';
import { numbersOf, type TotalsReply, toGrouped, toTotals } from './redis-totals.ts';
import { notWhole } from './standing.ts';
import { orderFault } from './store-fault.ts';
import type { OrderReply, ReadReply } from './to-correlation.ts';

/** So many orders in one script call: enough to share its cost, few enough to keep the server free for others. */
const MAX_ORDERS = 64;
/** What was published is marked with others: nothing waits for it but the acknowledgement, which then goes out with theirs. */
const MARKS_WITHIN_MS = 10;

/** A script's answer to a caller whose epoch is not the server's. */
const OTHER_EPOCH = 'other-epoch';

interface OrderCall {
  readonly id: string;
  /** The epoch that the caller knows: of one batch all have the same. */
  readonly epoch: string;
  readonly args: readonly Argument[];
}

/** What a script answers for an order, and the epoch in which it did. */
export interface Answered {
  readonly reply: OrderReply;
  readonly epoch: string;
}

export interface RedisPartition {
  record(id: string, fact: Fact): Promise<Answered>;
  load(id: string): Promise<Answered>;
  /** `epoch`: where it is another one by now, the answer is `stale`. */
  commit(id: string, version: number, change: Change, epoch?: string): Promise<Answered>;
  markPublished(id: string, eventIds: readonly string[]): Promise<Answered>;
  claimDue(limit: number, leaseMs: number): Promise<string[]>;
  dueBy(at: number, limit: number): Promise<string[]>;
  longestGrouped(limit: number): Promise<Grouped[]>;
  totals(): Promise<Totals>;
  fillPools(units: Readonly<Record<string, number>>, mode: string): Promise<Record<string, number>>;
  noteSettled(sequence: number): Promise<void>;
}

/** All keys of one partition begin with `prefix`, whose hash tag puts them in one slot of a cluster. */
export function createRedisPartition(
  connection: RedisConnection,
  scripts: ReturnType<typeof readScripts>,
  prefix: string,
  epoch: Epoch,
): RedisPartition {
  const shared = ['due', 'totals', 'groups', 'pools', 'since', 'epoch'].map((name) => `${prefix}:${name}`);

  /** @throws Unavailable when the server's epoch is another one: nothing was done */
  async function call(script: Script, keys: readonly string[], args: Argument[], known: string): Promise<unknown> {
    args.push(known);
    const reply = await connection.run(script, keys, args);
    if (reply !== OTHER_EPOCH) return reply;
    epoch.refused(known);
    throw notWhole('whole');
  }

  const ask = async (script: Script, args: Argument[], more: readonly string[] = []): Promise<unknown> =>
    call(script, [...shared, ...more], args, await epoch.current());

  /** The script for many orders at once; an order's own failure is only its caller's. */
  function together(
    script: Script,
    withinMs = 0,
  ): (id: string, args: readonly Argument[], wanted?: string) => Promise<Answered> {
    const enqueue = createBatch<OrderCall, OrderReply>(
      async (calls) => {
        const keys = shared.slice();
        const args: Argument[] = [];
        const known = calls[0]?.epoch ?? '';
        if (calls.some((call) => call.epoch !== known)) throw notWhole('whole');
        for (const call of calls) {
          keys.push(`${prefix}:order:${call.id}`);
          for (const arg of call.args) args.push(arg);
        }
        return (await call(script, keys, args, known)) as OrderReply[];
      },
      MAX_ORDERS,
      withinMs,
    );
    return async (id, args, wanted) => {
      const known = await epoch.current();
      if (wanted !== undefined && wanted !== known) return { reply: OTHER_EPOCH, epoch: known };
      const reply = await enqueue({ id, args, epoch: known });
      if (reply[0] === 'error') throw orderFault(script.name, String(reply[1]));
      return { reply, epoch: known };
    };
  }

  const record = together(scripts.record);
  const load = together(scripts.load);
  const commit = together(scripts.commit);
  const markPublished = together(scripts['mark-published'], MARKS_WITHIN_MS);
  return {
    record: (id, fact) => record(id, recordArguments(fact)),
    load: (id) => load(id, loadArguments(id)),
    async commit(id, version, change, known) {
      const answered = await commit(id, changeArguments(id, version, change), known);
      if (answered.reply !== OTHER_EPOCH) return answered;
      const { reply, epoch: now } = await load(id, loadArguments(id));
      const [, readAt, fields] = reply as ReadReply;
      return { reply: ['stale', readAt, fields], epoch: now };
    },
    markPublished: (id, eventIds) => markPublished(id, markArguments(id, eventIds)),
    claimDue: async (limit, leaseMs) => (await ask(scripts['claim-due'], [limit, leaseMs])) as string[],
    dueBy: async (at, limit) => (await ask(scripts['due-by'], [at, limit])) as string[],
    longestGrouped: async (limit) => toGrouped((await ask(scripts['longest-grouped'], [limit])) as string[]),
    totals: async () => toTotals((await ask(scripts.totals, [])) as TotalsReply),
    async fillPools(units, mode) {
      const args = [mode, ...Object.entries(units).flat()];
      return numbersOf((await ask(scripts['fill-pools'], args)) as Argument[]);
    },
    async noteSettled(sequence) {
      await ask(scripts['note-settled'], [sequence], [`${prefix}:settled`]);
    },
  };
}
