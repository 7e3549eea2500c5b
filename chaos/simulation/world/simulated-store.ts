import { Unavailable } from '#shared/messaging/faults.ts';
import type { OpenStore, Rebuild } from '#shared/store/store.ts';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** A store as one process reaches it: calls and answers may be lost, and the process may die before and after each. */
export function simulatedStore(world: World, process: SimulatedProcess, store: OpenStore): OpenStore {
  async function call<T>(name: Call, orderId: string | undefined, ask: () => Promise<T>): Promise<T> {
    await process.step(`before ${name}`, orderId);
    if (world.happens('storeWiped')) world.wipeStores();
    if (world.happens('storeRestarted')) world.restartStores();
    if (world.isAway('store') || world.happens('callLost', orderId)) throw new Unavailable('store');
    const answer = await ask();
    const onTheWay = process.answered(`after ${name}`, orderId);
    if (onTheWay) await onTheWay;
    if (world.happens('answerLost', orderId)) throw new Unavailable('store');
    return answer;
  }
  const rebuildOf = (rebuild: Rebuild): Rebuild => ({
    ...rebuild,
    load: (id) => call('load', orderOf(id), () => rebuild.load(id)),
    commit: (id, seen, change) => call('rebuild', orderOf(id), () => rebuild.commit(id, seen, change)),
    claimDue: (limit, leaseMs) => call('rebuild', undefined, () => rebuild.claimDue(limit, leaseMs)),
    stock: (units, mode) => call('stock', undefined, () => rebuild.stock(units, mode)),
    checkpoint: (...position) => call('rebuild', undefined, () => rebuild.checkpoint(...position)),
    renew: (leaseMs) => call('rebuild', undefined, () => rebuild.renew(leaseMs)),
    complete: (...position) => call('rebuild', undefined, () => rebuild.complete(...position)),
  });
  return {
    load: (id) => call('load', orderOf(id), () => store.load(id)),
    commit: (id, seen, change) => call('commit', orderOf(id), () => store.commit(id, seen, change)),
    claimDue: (limit, leaseMs) => call('claimDue', undefined, () => store.claimDue(limit, leaseMs)),
    oldest: (limit) => call('oldest', undefined, () => store.oldest(limit)),
    counters: () => call('counters', undefined, () => store.counters()),
    health: () => call('health', undefined, () => store.health()),
    stock: (units, mode) => call('stock', undefined, () => store.stock(units, mode)),
    checkpoint: (...position) => call('checkpoint', undefined, () => store.checkpoint(...position)),
    async beginRebuild(leaseMs) {
      const rebuild = await call('rebuild', undefined, () => store.beginRebuild(leaseMs));
      return rebuild && rebuildOf(rebuild);
    },
    close: async () => undefined,
  };
}

type Call = Exclude<keyof OpenStore, 'close' | 'beginRebuild'> | 'rebuild';

/** The gateway's journal is kept by payment id. */
const orderOf = (id: string): string => (id.startsWith('pay-') ? id.slice('pay-'.length, -'-001'.length) : id);
