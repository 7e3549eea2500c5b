import { setTimeout as delay } from 'node:timers/promises';
import { askAgainIn } from '#shared/messaging/ask-again.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { DeadLetter } from './dlq/dead-letter.ts';
import { ofType, sum } from './finding.ts';
import { invariants } from './invariants.ts';
import { judge } from './judge.ts';
import { moneyByCurrency } from './money.ts';
import type { AuditReport } from './report.ts';
import type { SeenOrder, SeenRun } from './seen-run.ts';
import { type SystemAddress, SystemReader } from './system-reader.ts';

export interface AuditOptions {
  /** Ids of orders that intake answered 202 for: none of them may be missing. */
  readonly accepted?: Iterable<string>;
  /** An order of which nothing was heard for so long is overdue: judged, whatever is under way. Default 10 minutes. */
  readonly overdueMs?: number;
  /** Dead letters with these reasons are explained; `all`: all are. Default: none is. */
  readonly expectDeadLetters?: 'all' | readonly string[];
  /** Waits until nothing is under way; that it does not come about within so many ms is a violation. Default: as it is. */
  readonly waitForRest?: { readonly withinMs: number };
  /** Told what it waits for. */
  readonly onWaiting?: (owed: readonly string[]) => void;
  readonly signal?: AbortSignal;
}

const OVERDUE_MS = 600_000;
const LOOK_EVERY_MS = 250;

/**
 * Reads a system's stream, journal, stock, roster and counters, and checks every invariant of DESIGN §5. It changes nothing.
 * @throws Unavailable when NATS or Redis does not answer
 */
export async function auditSystem(options: SystemAddress & AuditOptions): Promise<AuditReport> {
  await using reader = await SystemReader.open(options);
  return await audit(reader, options);
}

/** The same by a reader that is kept: then only what is new is read. */
export async function audit(reader: SystemReader, options: SystemAddress & AuditOptions): Promise<AuditReport> {
  const began = performance.now();
  const deadline = began + (options.waitForRest?.withinMs ?? 0);
  for (;;)
    try {
      const owed = await untilAtRest(reader, deadline, options);
      await reader.readStream();
      const stillAtRest = owed.length === 0 && (await isUnchanged(reader));
      // It was at rest and is not any more: somebody orders.
      if (owed.length === 0 && !stillAtRest && performance.now() < deadline) continue;
      return await judgeNow(reader, options, { owed, atRest: stillAtRest, began });
    } catch (error) {
      // Who waits for rest has patience with servers that come back, too.
      if (!(error instanceof Unavailable) || performance.now() >= deadline) throw error;
      options.onWaiting?.([error.message]);
      await delay(LOOK_EVERY_MS, undefined, { ...(options.signal && { signal: options.signal }) });
    }
}

interface Found {
  /** What was owed at the deadline. */
  readonly owed: readonly string[];
  /** Nothing was owed when the stream had been read. */
  readonly atRest: boolean;
  /** On the clock of performance.now(). */
  readonly began: number;
}

async function judgeNow(reader: SystemReader, options: SystemAddress & AuditOptions, found: Found) {
  const { waitForRest, overdueMs = OVERDUE_MS } = options;
  const letters = await reader.deadLetters();
  const whole = reader.state.firstSequence <= 1;
  const run = await runSeenBy(reader, options, { letters, whole, owed: waitForRest ? found.owed : [] });
  const atRest = found.atRest && (await isUnchanged(reader));
  const judged = judge(invariants, run, { atRest, whole, now: Date.now(), overdueMs });
  const { orders, copies, unreadable } = reader.seen;
  const violations = sum(judged.invariants.map((one) => one.violations));
  return {
    at: new Date().toISOString(),
    tookMs: Math.round(performance.now() - found.began),
    clean: violations === 0,
    atRest,
    stream: { ...reader.state, copies, unreadable },
    orders: { seen: orders.size, underWay: judged.underWay.size, older: orders.size - run.orders.size },
    outcomes: outcomesOf(run),
    money: moneyByCurrency(run),
    deadLetters: { kept: letters.length, explained: letters.length - run.deadLetters.length },
    invariants: judged.invariants,
    violations,
  };
}

async function runSeenBy(
  reader: SystemReader,
  options: SystemAddress & AuditOptions,
  { letters, whole, owed }: { letters: readonly DeadLetter[]; whole: boolean; owed: readonly string[] },
): Promise<SeenRun> {
  const all = reader.seen.orders;
  return {
    flow: options.flow,
    orders: whole ? all : new Map([...all].filter(([, order]) => hasBegun(options, order))),
    accepted: new Set(options.accepted ?? []),
    deadLetters: letters.filter((letter) => !isExplained(letter, options)),
    charges: await reader.charges(),
    counters: await reader.counters(),
    ledger: await reader.ledger(),
    ended: await reader.ended(),
    owed,
    broken: [],
  };
}

/** What is owed: nothing, or what is left at the deadline. Twice nothing with nothing between them, since all moves on. */
async function untilAtRest(reader: SystemReader, deadline: number, options: AuditOptions): Promise<string[]> {
  for (let lastSequence = -1; ; ) {
    const asked = performance.now();
    const owed = await reader.owed();
    if (owed.length === 0) {
      const state = await reader.look();
      if (state.lastSequence === lastSequence || performance.now() >= deadline) return [];
      lastSequence = state.lastSequence;
    } else {
      if (performance.now() >= deadline) return owed;
      options.onWaiting?.(owed);
      lastSequence = -1;
    }
    const pause = askAgainIn(performance.now() - asked, LOOK_EVERY_MS);
    await delay(pause, undefined, { ...(options.signal && { signal: options.signal }) });
  }
}

const isUnchanged = async (reader: SystemReader): Promise<boolean> =>
  (await reader.look()).lastSequence === reader.state.lastSequence && (await reader.owed()).length === 0;

const hasBegun = ({ flow }: SystemAddress, order: SeenOrder): boolean => ofType(order, flow.start).length > 0;

const isExplained = ({ reason }: DeadLetter, { expectDeadLetters = [] }: AuditOptions): boolean =>
  expectDeadLetters === 'all' || expectDeadLetters.includes(reason);

function outcomesOf({ flow, orders }: SeenRun): Record<string, number> {
  const counts = Object.entries(flow.outcomes).map(([outcome, type]): [string, number] => [
    outcome,
    [...orders.values()].filter((order) => ofType(order, type).length > 0).length,
  ]);
  return Object.fromEntries(counts);
}
