import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FlowProducer } from 'bullmq';
import { Redis } from 'ioredis';
import { ending, type GuardedProcess, spawnGuarded } from '#shared/stack/processes/guarded-process.ts';
import { NODE_ARGS } from '#shared/stack/processes/service-process.ts';
import { startRedis } from '#shared/stack/servers/native-server.ts';
import { READY_CHANNEL, type Role, roles } from './bullmq-flow.ts';
import { createSubmit } from './bullmq-submit.ts';
import type { OnReady, RunningVariant, Variant } from './variant.ts';

const CONCURRENCY = 64;
const STOP_WITHIN_MS = 5_000;

/** The same flow as BullMQ flows: one worker process per role, on a Redis started as ours is. */
export const bullmqFlows: Variant = { name: 'BullMQ flows', start };

async function start(
  onReady: OnReady,
  signal: AbortSignal,
  env: Readonly<Record<string, string>>,
): Promise<RunningVariant> {
  await using starting = new AsyncDisposableStack();
  const redis = starting.use(await startRedis());
  const deaths = Promise.withResolvers<never>();
  deaths.promise.catch(() => undefined);
  const workers = [];
  for (const role of roles) {
    const worker = await spawnWorker(role, redis.url, env, deaths.reject);
    starting.defer(worker.stop);
    workers.push(worker);
  }
  await Promise.race([Promise.all(workers.map(({ ready }) => ready)), deaths.promise]);
  starting.defer(await watchReady(redis.url, onReady));
  const flows = new FlowProducer({ connection: { url: redis.url } });
  starting.defer(() => flows.close());
  await flows.waitUntilReady();
  signal.throwIfAborted();
  const running = starting.move();
  const submit = createSubmit(flows);
  let created = 0;
  return {
    submit: async (order) => {
      const orderId = `bench-${created++}`;
      await submit({ ...order, orderId });
      return orderId;
    },
    processes: [...workers, { name: 'redis', pid: redis.pid }],
    redisUrl: redis.url,
    failed: deaths.promise,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function spawnWorker(
  role: Role,
  url: string,
  env: Readonly<Record<string, string>>,
  onDeath: (error: Error) => void,
) {
  const main = join(import.meta.dirname, 'bullmq-worker.ts');
  const args = [...NODE_ARGS, main, role, url, String(CONCURRENCY)];
  const child = await spawnGuarded({ file: process.execPath, args, env, output: 'pipe' });
  const faults = errorsOf(child);
  let asked = false;
  void child.exited.then((exit) => {
    if (!asked) onDeath(new Error(`BullMQ worker ${role} ${ending(exit)}: ${faults()}`));
  });
  const stop = async () => {
    asked = true;
    await child.stop(STOP_WITHIN_MS);
  };
  const ready = child.stdout && once(createInterface({ input: child.stdout }), 'line');
  return { name: role, pid: child.pid, ready, stop };
}

/** The end of what a child says on stderr. */
function errorsOf({ stderr }: GuardedProcess): () => string {
  let text = '';
  stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-2_000);
  });
  return () => text;
}

async function watchReady(url: string, onReady: OnReady): Promise<() => void> {
  const subscriber = new Redis(url);
  subscriber.on('message', (_channel: string, orderId: string) => onReady(orderId));
  await subscriber.subscribe(READY_CHANNEL);
  return () => subscriber.disconnect();
}
