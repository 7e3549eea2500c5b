import { JOURNAL } from '#shared/audit/store-records.ts';
import { type Flow, ownersOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream/jetstream-bus.ts';
import type { Service } from '#shared/runtime/service.ts';
import { brokerTimesOf, readSettings } from '#shared/runtime/settings.ts';
import { startNats } from '#shared/stack/servers/native-server.ts';
import { openStoreServer } from '#shared/stack/servers/store-servers.ts';
import type { Stack } from '#shared/stack/stack.ts';
import { storeKind } from '#shared/store/store-kinds.ts';
import { loadStores, type StorePlaces } from '#shared/store/stores.ts';
import { type Backend, observe, type RunningFlow, testEnv } from './flow-harness.ts';

/** A NATS and a store of that kind of its own, on free ports; both are stopped with it. */
export async function realBackend(flow = pizzaFlow, kindName = 'redis'): Promise<Backend & AsyncDisposable> {
  await using starting = new AsyncDisposableStack();
  const nats = starting.use(await startNats());
  const kind = storeKind(kindName);
  const { url } = starting.use(await openStoreServer(kind, nats.url));
  const { prepare } = await kind.load();
  await prepare?.(url, [{ user: 'test', password: 'test', stores: [...ownersOf(flow), JOURNAL] }]);
  const backend = await backendAt(nats.url, { all: { kind: kindName, url } }, flow);
  const servers = starting.move();
  return { ...backend, [Symbol.asyncDispose]: () => servers.disposeAsync() };
}

/** Servers that run already. */
export async function backendAt(natsUrl: string, places: StorePlaces, flow: Flow): Promise<Backend> {
  const times = brokerTimesOf(readSettings(testEnv));
  const stores = await loadStores(places);
  return {
    openBus: () => createJetStreamBus({ url: natsUrl, flow, name: 'test', askWithinMs: 10_000, ...times }),
    openStore: (prefix) => stores.open(prefix),
  };
}

export const inRedis = (url: string): StorePlaces => ({ all: { kind: 'redis', url } });

/** A stack of child processes, seen through a bus and stores of the test's own. */
export async function observeStack(
  { nats, stores }: Stack,
  flow: Flow,
  services: readonly Service[],
): Promise<RunningFlow> {
  const backend = await backendAt(nats.url, stores, flow);
  const bus = await backend.openBus();
  return observe({ backend, flow, services, bus, attempts: new Map(), stop: () => bus.close() });
}
