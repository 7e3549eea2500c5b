import { auditSystem } from '#shared/audit/audit-system.ts';
import type { AuditReport } from '#shared/audit/report.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { type Customers, startCustomers } from '../customers.ts';
import { showProgress } from '../progress.ts';
import { injectProcessFaults, type ProcessFault, type ProcessFaults, type Target } from './process-faults.ts';

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
  const { orders: count, seed, rate, faultEveryMs, signal } = options;
  const problems: string[] = [];
  let faults: ProcessFaults | undefined;
  const onDeath = (sentence: string): void => {
    const injected = [...(faults?.down ?? [])].some((name) => sentence.startsWith(name));
    if (!injected) problems.push(`ended without a fault: ${sentence}`);
  };
  await using stack = await startStack({ env: ENV, onDeath, ...(signal && { signal }) });
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  const customers = startCustomers({
    orderUrl: stack.orderUrl ?? '',
    seed,
    run: `soak-${seed}`,
    mix: MIX,
    rate,
    count,
    atOnce: AT_ONCE,
    signal,
  });
  faults = injectProcessFaults({ targets: targetsOf(stack), seed, everyMs: faultEveryMs, ...(signal && { signal }) });
  let owed: readonly string[] | undefined;
  const line = () => {
    const down = [...(faults?.down ?? [])];
    const placing = `${customers.accepted.size} orders, ${faults?.all.length ?? 0} faults`;
    const what = owed
      ? `waiting for rest  ${owed.join(', ')}`
      : `${placing}${down.length > 0 ? `, down: ${down}` : ''}`;
    return `${Math.round(seconds())} s  ${what}`;
  };
  using _progress = options.progress ? showProgress(line) : undefined;
  try {
    await customers.done;
    const took = seconds();
    await faults.stop();
    signal?.throwIfAborted();
    const audit = await auditSystem({
      natsUrl: stack.nats.url,
      redisUrl: stack.redis.url,
      flow: stack.pattern.flow,
      accepted: customers.accepted.keys(),
      waitForRest: { withinMs: options.restWithinMs },
      onWaiting: (now) => {
        owed = now;
      },
      ...(signal && { signal }),
    });
    problems.push(...customers.surprises);
    return {
      clean: audit.clean && problems.length === 0,
      problems,
      accepted: customers.accepted.size,
      seconds: took,
      restSeconds: seconds() - took,
      answers: countByStatus(customers),
      faults: faults.all,
      audit,
    };
  } finally {
    await customers.stop(0);
    await faults.stop().catch(() => undefined);
  }
}

const targetsOf = ({ services, nats, redis }: Stack): [Target, ...Target[]] => [nats, redis, ...services];

const countByStatus = ({ answers }: Customers): Record<string, number> =>
  Object.fromEntries(
    Object.entries(Object.groupBy(answers, ({ status }) => status)).map(([status, some = []]) => [status, some.length]),
  );
