import type { CorrelationStore } from '#shared/store/correlation-store.ts';
import { isNotWhole, type Rebuild } from '#shared/store/standing.ts';
import { knows } from '../facts.ts';
import type { Behaviour, StoreBeside } from '../service.ts';
import { conclude, type FoldContext, type PastEvent, remember } from './fold-order.ts';

/** One store of a service, and how history gets into it. */
export interface Part {
  readonly store: CorrelationStore;
  /** Units of the pools that history takes from. */
  readonly pools: Readonly<Record<string, number>> | undefined;
  readonly add: (rebuild: Rebuild, orderId: string, past: readonly PastEvent[]) => Promise<void>;
  /** After the last event of the order. Undefined: nothing follows from what was added. */
  readonly conclude: ((rebuild: Rebuild, orderId: string) => Promise<void>) | undefined;
}

/** The service's own store. */
export function ownPart(store: CorrelationStore, behaviour: Behaviour, context: FoldContext): Part {
  return {
    store,
    pools: behaviour.pools?.units,
    async add(rebuild, orderId, past) {
      for (;;) {
        const seen = await rebuild.load(orderId);
        const { change, published } = remember(behaviour, seen, past);
        if (published.length > 0) await rebuild.markPublished(orderId, published);
        if (!change || (await rebuild.commit(orderId, seen.version, change)).outcome === 'done') return;
      }
    },
    async conclude(rebuild, orderId) {
      for (;;) {
        const seen = await rebuild.load(orderId);
        const change = conclude(context, behaviour, seen);
        if (!change || (await rebuild.commit(orderId, seen.version, change)).outcome === 'done') return;
      }
    },
  };
}

/** A store beside it: what a published event says is all that can be known. */
export const partBeside = ({ store, keepMs, recall }: StoreBeside): Part => ({
  store,
  pools: undefined,
  async add(rebuild, _orderId, past) {
    for (const { fact, own } of past) {
      const entry = own ? recall(fact) : undefined;
      if (!entry) continue;
      const seen = await rebuild.load(entry.id);
      const facts = entry.facts.filter((one) => !knows(seen, one));
      const change = { state: {}, facts, dueAt: undefined, forgetAfterMs: keepMs };
      if (facts.length > 0) await rebuild.commit(entry.id, seen.version, change);
    }
  },
  conclude: undefined,
});

const TRIES = 8;
const AGAIN_MS = 100;

/** Repeats what a bad connection prevents: all that is done here may be done twice. Not when the rebuild itself is over. */
export async function patiently<T>(task: () => Promise<T>, wait: (ms: number) => Promise<void>): Promise<T> {
  for (let left = TRIES; ; left -= 1)
    try {
      return await task();
    } catch (error) {
      if (left === 0 || isNotWhole(error)) throw error;
      await wait(AGAIN_MS);
    }
}
