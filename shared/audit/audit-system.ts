import { setTimeout as delay } from 'node:timers/promises';
import { askAgainIn } from '#shared/messaging/broker-inspector.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import { countOutcomes, ofType, sum } from './finding.ts';
import { invariants } from './invariants.ts';
import { judge } from './judge.ts';
import { moneyByCurrency } from './money.ts';
import type { AuditReport } from './report.ts';
import type { SeenRun } from './seen-run.ts';
import { type SystemAddress, SystemReader } from './system-reader.ts';

export interface AuditOptions {
  /** Ids of orders that intake answered 202 for: none may be missing. */
  readonly accepted?: Iterable<string>;
  /** An order without an event for this long is judged, whatever is under way. Default 10 minutes. */
  readonly overdueMs?: number;
  /** Dead letters with these reasons are explained, as discarded ones are; `all`: all are. Default: none. */
  readonly expectDeadLetters?: 'all' | readonly string[];
  /** Waits until nothing is under way; a system that is not at rest by then violates an invariant. Default: judges at once. */
  readonly waitForRest?: { readonly withinMs: number };
  readonly onWaiting?: (owed: readonly string[]) => void;
  readonly signal?: AbortSignal;
}

const OVERDUE_MS = 600_000;
const LOOK_EVERY_MS = 250;

/** Checks every invariant of DESIGN §5 on a running system, and changes nothing. @throws Unavailable */
export async function auditSystem(options: SystemAddress & AuditOptions): Promise<AuditReport> {
  await using reader = await SystemReader.open(options);
  return await audit(reader, options);
}

/** The same with a reader that is reused: only what is new in the stream is read. */
export async function audit(reader: SystemReader, options: SystemAddress & AuditOptions): Promise<AuditReport> {
  const began = performance.now();
  const deadline = began + (options.waitForRest?.withinMs ?? 0);
  const given = { ...options, accepted: new Set(options.accepted) };
  for (;;) {
    const asked = performance.now();
    const isLate = asked >= deadline;
    try {
      const owed = await reader.owed();
      if (owed.length === 0 || isLate) {
        await reader.readStream();
        // At rest: nothing was owed, nothing is owed, and nothing was stored in between.
        const atRest = owed.length === 0 && (await isUnchanged(reader));
        if (atRest || isLate) return await judgeNow(reader, given, { owed, atRest, began });
      }
      options.onWaiting?.(owed);
    } catch (error) {
      if (!(error instanceof Unavailable) || isLate) throw error;
      options.onWaiting?.([error.message]);
    }
    const pause = askAgainIn(performance.now() - asked, LOOK_EVERY_MS);
    await delay(pause, undefined, { ...(options.signal && { signal: options.signal }) });
  }
}

const isUnchanged = async (reader: SystemReader): Promise<boolean> =>
  (await reader.look()).lastSequence === reader.state.lastSequence && (await reader.owed()).length === 0;

interface Found {
  readonly owed: readonly string[];
  readonly atRest: boolean;
  /** On the clock of performance.now(). */
  readonly began: number;
}

async function judgeNow(
  reader: SystemReader,
  options: SystemAddress & AuditOptions & Pick<SeenRun, 'accepted'>,
  found: Found,
): Promise<AuditReport> {
  const { flow, accepted, waitForRest, overdueMs = OVERDUE_MS, expectDeadLetters = [] } = options;
  // Before and after: a store that is opened or lost meanwhile was not read as a whole.
  const unreadBefore = await reader.unread();
  const letters = await reader.deadLetters();
  const { orders: all, copies, unreadable } = reader.seen;
  const whole = reader.state.firstSequence <= 1;
  const run: SeenRun = {
    flow,
    orders: whole ? all : new Map([...all].filter(([, order]) => ofType(order, flow.start).length > 0)),
    accepted,
    deadLetters: letters.filter(
      ({ reason, discarded }) => !discarded && expectDeadLetters !== 'all' && !expectDeadLetters.includes(reason),
    ),
    charges: await reader.charges(),
    counters: await reader.counters(),
    ledger: await reader.ledger(),
    ended: await reader.ended(),
    owed: waitForRest ? found.owed : [],
    broken: [],
  };
  const atRest = found.atRest && (await isUnchanged(reader));
  const unread = new Map([...unreadBefore, ...(await reader.unread())]);
  const judged = judge(invariants, run, { atRest, whole, unread, now: Date.now(), overdueMs });
  const violations = sum(judged.invariants.map((one) => one.violations));
  return {
    at: new Date().toISOString(),
    tookMs: Math.round(performance.now() - found.began),
    clean: violations === 0,
    atRest,
    stream: { ...reader.state, copies, unreadable },
    orders: { seen: all.size, underWay: judged.underWay.size, older: all.size - run.orders.size },
    outcomes: countOutcomes(run),
    money: moneyByCurrency(run),
    deadLetters: { kept: letters.length, explained: letters.length - run.deadLetters.length },
    invariants: judged.invariants,
    violations,
  };
}
