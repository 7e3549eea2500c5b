import { Unavailable } from '#shared/messaging/faults.ts';
import type { CorrelationStore } from '#shared/store/correlation-store.ts';
import type { Rebuild } from '#shared/store/standing.ts';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** A store as one process reaches it: over a network that loses calls and answers, and a death before and after each. */
export function simulatedStore(world: World, process: SimulatedProcess, store: CorrelationStore): CorrelationStore {
  async function call<T>(name: Call, orderId: string | undefined, ask: () => Promise<T>): Promise<T> {
    await process.step(before[name], orderId);
    if (world.happens('storeWiped')) world.wipeStores();
    if (world.happens('storeRestarted')) world.restartStores();
    if (world.isAway('store') || world.happens('callLost', orderId)) throw new Unavailable('store');
    const answer = await ask();
    const onTheWay = process.answered(after[name], orderId);
    if (onTheWay) await onTheWay;
    if (world.happens('answerLost', orderId)) throw new Unavailable('store');
    return answer;
  }
  const rebuildOf = (rebuild: Rebuild): Rebuild => ({
    ...rebuild,
    load: (id) => call('load', orderOf(id), () => rebuild.load(id)),
    commit: (id, version, change) => call('rebuild', orderOf(id), () => rebuild.commit(id, version, change)),
    markPublished: (id, eventIds) => call('markPublished', orderOf(id), () => rebuild.markPublished(id, eventIds)),
    fillPools: (units, mode) => call('fillPools', undefined, () => rebuild.fillPools(units, mode)),
    dueBy: (at, limit) => call('rebuild', undefined, () => rebuild.dueBy(at, limit)),
    noteSettled: (sequence) => call('rebuild', undefined, () => rebuild.noteSettled(sequence)),
    renew: (leaseMs) => call('rebuild', undefined, () => rebuild.renew(leaseMs)),
    complete: (settledUpTo) => call('rebuild', undefined, () => rebuild.complete(settledUpTo)),
  });
  return {
    record: (id, fact) => call('record', orderOf(id), () => store.record(id, fact)),
    load: (id) => call('load', orderOf(id), () => store.load(id)),
    commit: (id, version, change, epoch) => call('commit', orderOf(id), () => store.commit(id, version, change, epoch)),
    markPublished: (id, eventIds) => call('markPublished', orderOf(id), () => store.markPublished(id, eventIds)),
    claimDue: (limit, leaseMs) => call('claimDue', undefined, () => store.claimDue(limit, leaseMs)),
    longestGrouped: (limit) => call('longestGrouped', undefined, () => store.longestGrouped(limit)),
    totals: () => call('totals', undefined, () => store.totals()),
    fillPools: (units, mode) => call('fillPools', undefined, () => store.fillPools(units, mode)),
    standing: () => call('standing', undefined, () => store.standing()),
    noteSettled: (sequence) => call('noteSettled', undefined, () => store.noteSettled(sequence)),
    async beginRebuild(leaseMs) {
      const rebuild = await call('rebuild', undefined, () => store.beginRebuild(leaseMs));
      return rebuild && rebuildOf(rebuild);
    },
    close: async () => undefined,
  };
}

type Call = Exclude<keyof CorrelationStore, 'close' | 'beginRebuild'> | 'rebuild';
const before = {
  record: 'before record',
  load: 'before load',
  commit: 'before commit',
  markPublished: 'before markPublished',
  claimDue: 'before claimDue',
  longestGrouped: 'before longestGrouped',
  totals: 'before totals',
  fillPools: 'before fillPools',
  standing: 'before standing',
  noteSettled: 'before noteSettled',
  rebuild: 'before rebuild',
} as const satisfies Record<Call, string>;
const after = Object.fromEntries(
  Object.entries(before).map(([name, point]) => [name, point.replace('before', 'after')]),
) as Record<Call, string>;

/** The gateway's journal is kept by payment id. */
const orderOf = (id: string): string => (id.startsWith('pay-') ? id.slice('pay-'.length, -'-001'.length) : id);
