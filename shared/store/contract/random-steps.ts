import fc from 'fast-check';
import type { Change, Document, OpenStore } from '../store.ts';
import { AN_HOUR, FAR_AHEAD, LONG_AGO } from './fixtures.ts';

/** One step on a store. What it answers does not depend on how fast the store's clock runs. */
export interface Step {
  readonly run: (store: OpenStore) => Promise<unknown>;
  toString(): string;
}

/** Few names, so that steps meet each other. */
const IDS = ['a', 'b', 'c'];
const pool = fc.constantFrom('flour', 'cheese');
const integers = (name: fc.Arbitrary<string>, max: number) =>
  fc.dictionary(name, fc.integer({ min: -max, max }), { maxKeys: 2 });

const change: fc.Arbitrary<Change> = fc.record(
  {
    entry: fc.constantFrom('x', 'y'),
    counters: integers(fc.constantFrom('t1', 't2'), 9),
    pools: integers(pool, 3),
    dueAt: fc.constantFrom<Change['dueAt'][]>(LONG_AGO, LONG_AGO + 1, FAR_AHEAD, 'never'),
    attended: fc.boolean(),
    expireAfterMs: fc.constantFrom<Change['expireAfterMs'][]>(AN_HOUR, 'never'),
  },
  { requiredKeys: [] },
);
/** How far behind the newest version a commit is. */
const lag = fc.constantFrom(0, 0, 0, 0, 1);

const commits = fc.array(fc.tuple(fc.constantFrom(...IDS), change, lag), { minLength: 1, maxLength: 4 }).map((all) =>
  step(`commit at once ${JSON.stringify(all)}`, async (store) => {
    const seen = await Promise.all(all.map(([id]) => store.load(id)));
    const committed = await Promise.all(
      all.map(([id, given, behind], k) => {
        const { version, epoch } = seen[k] as Document;
        return store.commit(id, { version: version - behind, epoch }, given);
      }),
    );
    return committed.map((result) => {
      if (result.outcome === 'beaten') return timeless(result.document);
      return result.outcome === 'done' ? 'done' : result.pools;
    });
  }),
);

const fromEarlierEpoch = fc.tuple(fc.constantFrom(...IDS), change).map(([id, given]) =>
  step(`commit of an earlier epoch ${id} ${JSON.stringify(given)}`, async (store) => {
    const { version } = await store.load(id);
    const seen = { version, epoch: 'earlier' };
    return version === 0 ? 'nothing known' : (await store.commit(id, seen, given)).outcome;
  }),
);

const claims = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom(0, AN_HOUR))
  .map(([limit, leaseMs]) => step(`claim ${limit} for ${leaseMs} ms`, (store) => store.claimDue(limit, leaseMs)));

const stocks = fc
  .tuple(fc.dictionary(pool, fc.nat(4), { maxKeys: 2 }), fc.constantFrom('missing' as const, 'raise' as const))
  .map(([units, mode]) => step(`stock ${mode} ${JSON.stringify(units)}`, (store) => store.stock(units, mode)));

const readings = fc.nat(3).map((limit) => step(`read, the oldest ${limit}`, (store) => readAll(store, limit)));

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: commits },
    { weight: 1, arbitrary: fromEarlierEpoch },
    { weight: 2, arbitrary: claims },
    { weight: 1, arbitrary: stocks },
    { weight: 1, arbitrary: readings },
  ),
  { maxLength: 30 },
);

/** All that can be read of a store in which nothing but these steps was done. */
export async function readAll(store: OpenStore, limit = 10): Promise<unknown> {
  const { now, ...sums } = await store.counters();
  const documents = await Promise.all(IDS.map((id) => store.load(id)));
  return { sums, oldest: await store.oldest(limit), documents: documents.map(timeless) };
}

const step = (name: string, run: Step['run']): Step => ({ run, toString: () => name });

const timeless = ({ now, epoch, ...rest }: Document) => rest;
