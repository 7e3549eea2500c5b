import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join, relative } from 'node:path';
import { correlatorOf } from '#shared/contracts/flow.ts';
import { colours as pc } from '#shared/report/colours.ts';
import { controlSocket, serveControl } from '../control-server.ts';
import { describeJourney } from '../journey/describe-journey.ts';
import { dataDir, repository } from '../processes/data-dir.ts';
import { StartFailure } from '../processes/start-failure.ts';
import { describeAnswers, scrapedSince } from '../servers/ask-prometheus.ts';
import { type Stack, startStack } from '../stack.ts';
import { stackEnvironment } from '../stack-environment.ts';
import { banner } from './banner.ts';
import { followOrder, placeSampleOrder } from './sample-order.ts';
import { serviceLine } from './service-line.ts';
import type { StartOptions } from './start-options.ts';

/** How much longer than ORDER_TIMEOUT the outcome of the sample order is waited for. */
const OUTCOME_GRACE_MS = 15_000;
/** How long an order is followed that nobody decides on. */
const UNDECIDED_MS = 2_000;
/** Two scrapes on a busy machine. */
const SCRAPED_WITHIN_MS = 20_000;

export interface RunOptions extends StartOptions {
  /** Variables over this process' own. */
  readonly env: Readonly<Record<string, string>>;
  /** The names of the servers' programs. */
  readonly servers: readonly string[];
  /** Whether the program is there. */
  readonly prometheus: boolean;
  /** Runs beside a stack that stays up, until `signal` aborts. */
  readonly demo: (stack: Stack, onNotice: (sentence: string) => void, signal: AbortSignal) => Promise<void>;
}

/** Starts the stack, sends the sample order through, and keeps it up until `signal` (with `once`, stops it then). */
export async function runStack(options: RunOptions, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  const { death, ...handlers } = watch(options, signal);
  console.log(pc.dim(`Starting ${[...options.servers, ...options.services.map(({ name }) => name)].join(', ')} ...`));
  // Whoever may read the data folder may inject faults, and nobody else.
  const token = stackEnvironment().CHAOS_TOKEN ? {} : { CHAOS_TOKEN: randomBytes(16).toString('hex') };
  const env = { ...options.env, ...token };
  await using stack = await startStack({ ...options, ...handlers, env, kept: true, signal });
  console.log(`Up in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  await using cleaning = new AsyncDisposableStack();
  const control = await controlled(stack);
  cleaning.defer(async () => control?.stop());
  const ending = new AbortController();
  cleaning.defer(async () => ending.abort());
  const untilEnd = AbortSignal.any([signal, ending.signal]);
  const orderId = await Promise.race([sendSampleOrder(stack, options, untilEnd), death]);
  const metrics = showMetrics(stack, Date.now(), untilEnd);
  if (options.once) return await Promise.race([metrics, death]);
  console.log(banner(stack, relative(repository, join(dataDir(), 'logs')), orderId));
  const demo = options.demo(stack, handlers.onNotice, signal);
  if (!signal.aborted) await once(signal, 'abort');
  await demo;
  console.log('Stopping: services drain, then the servers end ...');
}

/** Chaos reaches the stack through it; all else goes on without. */
async function controlled(stack: Stack) {
  try {
    return await serveControl(stack, controlSocket(dataDir()));
  } catch (error) {
    console.log(pc.yellow(`npm run chaos -- --target start cannot reach this stack: ${(error as Error).message}`));
    return undefined;
  }
}

/** What is printed while the stack runs; with `once` a death is the end. */
function watch(options: StartOptions, signal: AbortSignal) {
  const { promise: death, reject } = Promise.withResolvers<never>();
  // It may happen while nobody waits for it.
  death.catch(() => undefined);
  const onDeath = (sentence: string) => {
    if (options.once) reject(new StartFailure(sentence));
    else console.error(pc.red(sentence));
  };
  const onLine = (service: string, line: string) => {
    const readable = serviceLine(
      service,
      line,
      options.services.findIndex(({ name }) => name === service),
    );
    if (readable && !signal.aborted) console.log(readable);
  };
  const onNotice = (sentence: string) => signal.aborted || console.log(pc.yellow(sentence));
  return { death, onDeath, onLine, onNotice };
}

/** Prints the journey of the flow's example order; its id. @throws StartFailure with `once` unless it became ready. */
async function sendSampleOrder(stack: Stack, options: StartOptions, signal: AbortSignal): Promise<string | undefined> {
  const missing = options.without.join(', ');
  if (!stack.orderUrl) {
    const sentence = `No sample order: without ${missing} nobody takes orders.`;
    if (options.once) throw new StartFailure(sentence);
    console.log(pc.yellow(sentence));
    return undefined;
  }
  const { flow } = stack.pattern;
  const orderId = await placeSampleOrder(stack.orderUrl, flow);
  console.log(`\n${pc.bold(`Sample order ${orderId}`)}`);
  const timeoutMs = stack.settings.ORDER_TIMEOUT;
  const isDecided = !options.without.includes(correlatorOf(flow));
  const effect = isDecided
    ? `the order misses events: it ends after ${timeoutMs / 1000} s.`
    : 'nobody decides on the order: it stays waiting.';
  if (missing) console.log(pc.yellow(`Without ${missing} ${effect}`));
  const withinMs = isDecided ? timeoutMs + OUTCOME_GRACE_MS : UNDECIDED_MS;
  const order = await followOrder(stack.orderUrl, orderId, { flow, withinMs, signal });
  for (const line of describeJourney(flow, order.timeline)) console.log(line);
  if (options.once && order.status !== 'ready')
    throw new StartFailure(`the sample order ${orderId} is ${order.status}, not ready`);
  return orderId;
}

/** Prints what Prometheus knows after its next scrape. Never rejects: nothing else depends on it. */
async function showMetrics({ prometheus, services }: Stack, since: number, signal: AbortSignal): Promise<void> {
  if (!prometheus) return;
  const { url } = prometheus;
  try {
    const scraped = await scrapedSince(url, { targets: services.length, since, withinMs: SCRAPED_WITHIN_MS, signal });
    const lines = await describeAnswers(url, signal);
    console.log(`\n${pc.bold('Prometheus says')}${scraped ? '' : ' (not every service was scraped yet)'}`);
    for (const line of lines) console.log(line);
  } catch (error) {
    if (!signal.aborted) console.log(pc.yellow(`Prometheus at ${url} cannot be asked: ${(error as Error).message}`));
  }
}
