import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { FlowProducer } from 'bullmq';
import { Redis } from 'ioredis';
import { spawnGuarded } from '#shared/stack/processes/guarded-process.ts';
import { NODE_ARGS } from '#shared/stack/processes/service-process.ts';
import { startRedis } from '#shared/stack/servers/native-server.ts';
import { createSubmit, READY_CHANNEL, type Role, roles } from './bullmq-flow.ts';
import type { RunningVariant, StartOptions } from './variant.ts';

const STOP_WITHIN_MS = 5_000;

/** The same flow as BullMQ flows: one worker process per role, on a Redis started as ours is. */
export async function startBullmq({ onReady, signal, env }: StartOptions): Promise<RunningVariant> {
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
  const subscriber = new Redis(redis.url);
  starting.defer(() => subscriber.disconnect());
  subscriber.on('message', (_channel: string, orderId: string) => onReady(orderId));
  await subscriber.subscribe(READY_CHANNEL);
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
    failed: deaths.promise,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function spawnWorker(role: Role, url: string, env: StartOptions['env'], onDeath: (error: Error) => void) {
  const args = [...NODE_ARGS, join(import.meta.dirname, 'bullmq-worker.ts'), role, url];
  const child = await spawnGuarded({ file: process.execPath, args, env, output: 'pipe' });
  child.stderr?.pipe(process.stderr);
  let stopping = false;
  void child.exited.then(({ code, signal }) => {
    if (!stopping) onDeath(new Error(`BullMQ worker ${role} ended (${signal ?? code})`));
  });
  const stop = async () => {
    stopping = true;
    await child.stop(STOP_WITHIN_MS);
  };
  const ready = once(createInterface({ input: child.stdout ?? Readable.from([]) }), 'line');
  return { name: role, pid: child.pid, ready, stop };
}
