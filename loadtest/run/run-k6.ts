import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { repository } from '#shared/stack/processes/data-dir.ts';
import { spawnGuarded } from '#shared/stack/processes/guarded-process.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { type OrderLine, readOrderLine } from '../k6/order-line.ts';
import type { Summary } from '../k6/summary-text.ts';
import type { LoadOptions } from './load-options.ts';
import type { K6 } from './obtain-k6.ts';

export interface K6Run {
  readonly k6: K6;
  readonly options: LoadOptions;
  /** Base URL of the order intake. */
  readonly target: string;
  /** The run's name: in front of every key, and the label `testid` of every figure in Prometheus. */
  readonly run: string;
  /** Where it writes its figures; undefined: nowhere. */
  readonly prometheus: string | undefined;
  readonly onOrder: (line: OrderLine) => void;
  /** Any other line of k6's log. */
  readonly onText: (line: string) => void;
  /** Aborted: k6 ends its test early, and still gives its summary. */
  readonly signal: AbortSignal;
}

export interface K6Result {
  readonly summary: Summary;
  /** Every threshold held, and the test came to its end. */
  readonly passed: boolean;
}

const THRESHOLDS_MISSED = 99;
/** Followed orders are waited for. */
const STOP_WITHIN_MS = 15_000;

/** Runs one profile. @throws StartFailure when k6 ended without a summary. */
export async function runK6(run: K6Run): Promise<K6Result> {
  const { k6, signal } = run;
  const child = await spawnGuarded({ file: k6.file, args: argsOf(run), env: environmentOf(run), output: 'pipe' });
  const stop = () => void child.stop(STOP_WITHIN_MS);
  signal.addEventListener('abort', stop, { once: true });
  const output: string[] = [];
  const log: string[] = [];
  const onLine = (text: string) => {
    const order = readOrderLine(text);
    if (order) return run.onOrder(order);
    if (!text.trim()) return;
    log.push(text);
    run.onText(text);
  };
  await Promise.all([readLines(child.stdout, (line) => output.push(line)), readLines(child.stderr, onLine)]);
  const { code, signal: ended } = await child.exited;
  signal.removeEventListener('abort', stop);
  const summary = output.findLast((line) => line.startsWith('{'));
  const failed = code !== 0 && code !== THRESHOLDS_MISSED && !signal.aborted;
  if (!summary || failed) {
    const how = `k6 ended (${ended ?? `exit ${code}`})${summary ? '' : ' without a summary'}`;
    throw new StartFailure(`${how}. Its last lines:\n${log.slice(-5).join('\n')}`);
  }
  return { summary: JSON.parse(summary) as Summary, passed: code === 0 };
}

async function readLines(stream: Readable | undefined, onLine: (line: string) => void): Promise<void> {
  if (stream) for await (const line of createInterface({ input: stream })) onLine(line);
}

function argsOf({ k6, options, target, run, prometheus }: K6Run): string[] {
  const variables = {
    TARGET: target,
    RUN: run,
    SEED: options.seed,
    MIX: options.mix,
    RATE: options.rate,
    DURATION: options.duration,
    OWN_TARGET: options.iOwnThisTarget ? '1' : undefined,
    MACHINE_READABLE: '1',
  };
  const given = Object.entries(variables).flatMap(([name, value]) => (value ? ['-e', `${name}=${value}`] : []));
  const output = prometheus ? ['--out=experimental-prometheus-rw'] : [];
  const script = join(repository, 'loadtest', `${options.profile}.ts`);
  // `--address=`: no HTTP server of its own, since a second run needs its port, too.
  const flags = ['--quiet', '--log-format=raw', '--address=', `--tag=testid=${run}`];
  return [...k6.args, 'run', ...flags, ...output, ...given, script];
}

const environmentOf = ({ k6, prometheus }: K6Run): Record<string, string> => ({
  ...k6.env,
  K6_NO_USAGE_REPORT: 'true',
  ...(prometheus && {
    K6_PROMETHEUS_RW_SERVER_URL: `${prometheus}/api/v1/write`,
    K6_PROMETHEUS_RW_TREND_STATS: 'p(50),p(95),p(99),max',
    K6_PROMETHEUS_RW_PUSH_INTERVAL: '5s',
    // Otherwise Prometheus shows the last figures of a run for five minutes after it.
    K6_PROMETHEUS_RW_STALE_MARKERS: 'true',
  }),
});
