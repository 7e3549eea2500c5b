import { auditSystem } from '#shared/audit/audit-system.ts';
import type { AuditReport } from '#shared/audit/report.ts';
import { startStack } from '#shared/stack/stack.ts';
import { startCustomers } from '../customers.ts';
import { showProgress } from '../progress.ts';
import { injectProcessFaults, type ProcessFault } from './process-faults.ts';

export interface SoakOptions {
  readonly orders: number;
  readonly seed: number;
  /** Orders per second at most. */
  readonly rate: number;
  /** Mean time between two faults, ms. */
  readonly faultEveryMs: number;
  /** How long the system may take to come to rest at the end, ms. */
  readonly restWithinMs: number;
  /** Whether to show progress on stderr. Default: no. */
  readonly progress?: boolean;
  readonly signal?: AbortSignal;
}

/** The result of a soak: plain data. */
export interface SoakReport {
  /** The audit is clean, and there are no problems. */
  readonly clean: boolean;
  /** Processes that ended without a fault, and answers that the intake must not give. */
  readonly problems: readonly string[];
  readonly accepted: number;
  /** From the first order to the last one's 202. */
  readonly seconds: number;
  /** From there until everything was at rest and audited. */
  readonly restSeconds: number;
  /** Intake's answers by status; `0`: none. */
  readonly answers: Readonly<Record<string, number>>;
  readonly faults: readonly ProcessFault[];
  readonly audit: AuditReport;
}

/** Every kind of order, the refused ones more often than in the realistic mix. */
const MIX = { declined: 0.05, 'sold-out': 0.05, 'off-menu': 0.02, 'no-chef': 0.05, 'slow-bank': 0.02, repeated: 0.05 };
/** A bound for outages: without it, every order of an outage would ask at the same time. */
const AT_ONCE = 64;
/** Short enough that an outage times some orders out, long enough that the audit sees the whole stream. */
const ENV = { ORDER_TIMEOUT: '15s', ACK_WAIT: '2s', LOG_LEVEL: 'error', RETENTION: '6h', DEAD_LETTER_RETENTION: '6h' };

/** Sends orders through a stack of its own while its processes are killed and restarted, waits for rest, and audits. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { orders: count, seed, rate, faultEveryMs, restWithinMs, progress = false, signal } = options;
  const abortable = signal ? { signal } : {};
  const problems: string[] = [];
  let down: ReadonlySet<string> = new Set();
  const onDeath = (sentence: string): void => {
    if (![...down].some((name) => sentence.startsWith(name))) problems.push(`ended without a fault: ${sentence}`);
  };
  await using stack = await startStack({ env: ENV, onDeath, ...abortable });
  const { pattern, orderUrl = '', nats, servers, stores, services } = stack;
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  const run = `soak-${seed}`;
  const customers = startCustomers({ orderUrl, seed, run, mix: MIX, rate, count, atOnce: AT_ONCE, signal });
  const faults = injectProcessFaults({
    targets: [nats, ...servers.filter((one) => one !== nats), ...services],
    seed,
    everyMs: faultEveryMs,
    signal,
  });
  down = faults.down;
  let owed: readonly string[] | undefined;
  const placing = () => {
    const placed = `${customers.accepted.size} orders, ${faults.all.length} faults`;
    return down.size > 0 ? `${placed}, down: ${[...down]}` : placed;
  };
  const line = () => `${Math.round(seconds())} s  ${owed ? `waiting for rest  ${owed.join(', ')}` : placing()}`;
  using _progress = progress ? showProgress(line) : undefined;
  try {
    await customers.done;
    const took = seconds();
    await faults.stop();
    signal?.throwIfAborted();
    const audit = await auditSystem({
      natsUrl: nats.url,
      stores,
      flow: pattern.flow,
      accepted: customers.accepted.keys(),
      waitForRest: { withinMs: restWithinMs },
      onWaiting: (now) => {
        owed = now;
      },
      ...abortable,
    });
    problems.push(...customers.surprises);
    const byStatus = Map.groupBy(customers.answers, ({ status }) => status);
    return {
      clean: audit.clean && problems.length === 0,
      problems,
      accepted: customers.accepted.size,
      seconds: took,
      restSeconds: seconds() - took,
      answers: Object.fromEntries([...byStatus].map(([status, { length }]) => [status, length])),
      faults: faults.all,
      audit,
    };
  } finally {
    await customers.stop(0);
    await faults.stop().catch(() => undefined);
  }
}
