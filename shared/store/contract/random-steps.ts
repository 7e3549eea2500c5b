import fc from 'fast-check';
import type { Change, Correlation, CorrelationStore, Fact, Totals } from '../correlation-store.ts';
import { AN_HOUR, aFact, aHold, FAR_AHEAD, LONG_AGO } from './fixtures.ts';

/** One step on a store. What it answers does not depend on how fast the store's clock runs. */
export interface Step {
  readonly run: (store: CorrelationStore) => Promise<unknown>;
  toString(): string;
}

/** Few names, so that steps meet each other. */
const orderId = fc.constantFrom('a', 'b', 'c');
const facts = fc.array(
  fc.record({ id: fc.constantFrom('e1', 'e2', 'e3', 'e4'), key: fc.constantFrom('', 'k1', 'k2', 'k3') }),
  { maxLength: 3 },
);
const toFact = ({ id, key }: { id: string; key: string }): Fact => aFact(id, key ? { key } : {});
const eventIds = fc.uniqueArray(fc.constantFrom('m1', 'm2', 'm3'), { maxLength: 3 });
const pools = fc.dictionary(fc.constantFrom('flour', 'cheese'), fc.integer({ min: 1, max: 4 }), { maxKeys: 2 });
const hold = fc.record({
  id: fc.constantFrom('h1', 'h2'),
  should: fc.constantFrom('held', 'returned', 'spent'),
  pools,
});

const change: fc.Arbitrary<Change> = fc.record({
  state: fc.jsonValue({ maxDepth: 2 }),
  facts: facts.map((some) => some.map(toFact)),
  outbox: eventIds.map((ids) => ids.map((id) => ({ id, message: `{"${id}":1}` }))),
  claimMs: fc.constantFrom(0, AN_HOUR),
  holds: fc.array(hold, { maxLength: 3 }).map((all) => all.map(({ id, should, pools }) => aHold(id, should, pools))),
  counts: fc.array(
    fc.record({
      once: fc.constantFrom('c1', 'c2', 'c3'),
      total: fc.constantFrom('t1', 't2'),
      by: fc.integer({ min: -9, max: 9 }),
    }),
    { maxLength: 3 },
  ),
  group: fc.constantFrom(undefined, 'g1', 'g2'),
  since: fc.constantFrom(undefined, LONG_AGO, FAR_AHEAD),
  dueAt: fc.constantFrom(undefined, LONG_AGO, LONG_AGO + 1, FAR_AHEAD),
});
const changes = fc.oneof(
  change,
  fc.tuple(change, fc.constant({ forgetAfterMs: AN_HOUR })).map(([c, f]) => ({ ...c, ...f })),
);

const recordStep = fc.tuple(orderId, facts).map(([id, some]) =>
  step(`record ${id} ${JSON.stringify(some)}`, async (store) => {
    const outcomes: unknown[] = [];
    for (const fact of some.map(toFact)) {
      const { outcome, correlation } = await store.record(id, fact);
      outcomes.push(outcome, timeless(correlation));
    }
    return outcomes;
  }),
);

const commitStep = fc.tuple(orderId, changes, fc.constantFrom(0, 0, 0, 0, 1)).map(([id, given, behind]) =>
  step(`commit ${id} ${behind ? 'stale ' : ''}${JSON.stringify(given)}`, async (store) => {
    const seen = await store.load(id);
    const committed = await store.commit(id, seen.version - behind, owed(seen, given));
    return committed.outcome === 'stale' ? timeless(committed.correlation) : committed;
  }),
);

/** The change without what was done before. */
const owed = ({ facts: known, emitted, counted }: Correlation, given: Change): Change => ({
  ...given,
  facts: (given.facts ?? []).filter(({ id, key }) => !known.some((f) => f.id === id || (key && f.key === key))),
  outbox: (given.outbox ?? []).filter(({ id }) => !emitted.has(id)),
  counts: (given.counts ?? []).filter(({ once }) => !counted.has(once)),
});

const markStep = fc
  .tuple(orderId, eventIds)
  .map(([id, ids]) => step(`markPublished ${id} ${ids}`, (store) => store.markPublished(id, ids)));

const claimStep = fc
  .constantFrom(0, AN_HOUR)
  .map((leaseMs) => step(`claimDue for ${leaseMs} ms`, async (store) => (await store.claimDue(10, leaseMs)).sort()));

const fillStep = fc
  .tuple(pools, fc.constantFrom('missing', 'raise'))
  .map(([units, mode]) => step(`fill ${mode} ${JSON.stringify(units)}`, (store) => store.fillPools(units, mode)));

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: commitStep },
    { weight: 2, arbitrary: recordStep },
    { weight: 2, arbitrary: markStep },
    { weight: 1, arbitrary: claimStep },
    { weight: 1, arbitrary: fillStep },
  ),
  { maxLength: 30 },
);

/** All that can be read of a store in which nothing but these steps was done. */
export async function readAll(store: CorrelationStore): Promise<unknown> {
  const { now, oldestDueAt, oldestSince, ...totals } = await store.totals();
  const orders = await Promise.all(['a', 'b', 'c'].map((id) => store.load(id)));
  return [totals, dueBy(oldestDueAt, now), dueBy(oldestSince, now), orders.map(timeless)];
}

const step = (name: string, run: Step['run']): Step => ({ run, toString: () => name });

const timeless = ({ now, epoch, outbox, ...rest }: Correlation) => ({
  ...rest,
  outbox: outbox.map(({ claimedUntil, ...entry }) => ({ ...entry, claimed: claimedUntil > now })),
});

/** A time that a change gave is told exactly, one that the store's clock made only as past or future. */
function dueBy(at: Totals['oldestDueAt'], now: number): unknown {
  if (at === undefined || at <= LONG_AGO + 1 || at === FAR_AHEAD) return at;
  return at > now ? 'future' : 'past';
}
