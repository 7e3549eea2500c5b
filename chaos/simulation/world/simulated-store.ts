import { Unavailable } from '#shared/messaging/faults.ts';
import type { OpenStore } from '#shared/store/store.ts';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** How a process calls a store: calls and answers may be lost, and the process may die before and after each. */
export const storeCalls = (world: World, process: SimulatedProcess) =>
  async function call<T>(name: string, orderId: string | undefined, ask: () => Promise<T>): Promise<T> {
    await process.step(`before ${name}`, orderId);
    // They share a server, so it happens to all of them.
    if (world.happens('storeWiped')) for (const each of world.perishable()) each.wipe();
    if (world.happens('storeRestarted')) for (const each of world.perishable()) each.restart();
    if (world.isAway('store') || world.happens('callLost', orderId)) throw new Unavailable('store');
    const answer = await ask();
    const onTheWay = process.answered(`after ${name}`, orderId);
    if (onTheWay) await onTheWay;
    if (world.happens('answerLost', orderId)) throw new Unavailable('store');
    return answer;
  };

/** A store as one process reaches it. */
export function simulatedStore(world: World, process: SimulatedProcess, store: OpenStore): OpenStore {
  const call = storeCalls(world, process);
  /** A port whose functions are called so, under their own names or other ones; `abandon` never throws. */
  function reached<Port extends object>(port: Port, nameOf = (method: string) => method): Port {
    const members = Object.entries(port).map(([method, member]) => {
      const ask = (...args: unknown[]) => call(nameOf(method), orderOf(method, args), () => member(...args));
      return [method, typeof member === 'function' && method !== 'abandon' ? ask : member];
    });
    return Object.fromEntries(members) as Port;
  }
  return {
    ...reached(store),
    async beginRebuild(leaseMs) {
      const rebuild = await call('rebuild', undefined, () => store.beginRebuild(leaseMs));
      return rebuild && reached(rebuild, (method) => (['load', 'stock'].includes(method) ? method : 'rebuild'));
    },
    close: async () => undefined,
  };
}

/** The gateway's journal is kept by payment id. */
function orderOf(method: string, [id]: readonly unknown[]): string | undefined {
  if (method !== 'load' && method !== 'commit') return undefined;
  return String(id).startsWith('pay-') ? String(id).slice('pay-'.length, -'-001'.length) : String(id);
}
