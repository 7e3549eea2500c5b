import type { Flow } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream/jetstream-bus.ts';
import type { Service } from '#shared/runtime/service.ts';
import { brokerTimesOf, readSettings } from '#shared/runtime/settings.ts';
import { startNats, startRedis } from '#shared/stack/servers/native-server.ts';
import type { Stack } from '#shared/stack/stack.ts';
import { createRedisStore } from '#shared/store/redis/redis-store.ts';
import { type Backend, observe, type RunningFlow, testEnv } from './flow-harness.ts';

/** A NATS and a Redis of its own, on free ports; both are stopped with it. */
export async function realBackend(flow = pizzaFlow): Promise<Backend & AsyncDisposable> {
  const nats = await startNats();
  const redis = await startRedis();
  return {
    ...backendAt(nats.url, redis.url, flow),
    async [Symbol.asyncDispose]() {
      await nats.stop();
      await redis.stop();
    },
  };
}

/** Servers that run already. */
export function backendAt(natsUrl: string, redisUrl: string, flow: Flow): Backend {
  const times = brokerTimesOf(readSettings(testEnv));
  return {
    openBus: () => createJetStreamBus({ url: natsUrl, flow, name: 'test', askWithinMs: 10_000, ...times }),
    openStore: (prefix) => createRedisStore({ url: redisUrl, service: prefix }),
  };
}

/** A stack of child processes, seen through a bus and stores of the test's own. */
export async function observeStack(
  { nats, redis }: Stack,
  flow: Flow,
  services: readonly Service[],
): Promise<RunningFlow> {
  const backend = backendAt(nats.url, redis.url, flow);
  const bus = await backend.openBus();
  return observe({ backend, flow, services, bus, attempts: new Map(), stop: () => bus.close() });
}
