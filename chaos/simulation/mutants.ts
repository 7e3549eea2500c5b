import type { Flow } from '#shared/contracts/flow.ts';
import type { Behaviour } from '#shared/kernel/behaviour.ts';
import { entryOf, eventsOf } from '#shared/kernel/recorded-event.ts';
import type { Rules } from '#shared/kernel/rules.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { withPublish } from '#shared/messaging/bus.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import { MEMORY_STREAM } from '#shared/messaging/memory/memory-bus.ts';
import type { Consumer } from '#shared/messaging/subscriber.ts';
import type { Change, Committed, OpenStore, Rebuild } from '#shared/store/store.ts';
import type { Alteration } from './universe.ts';

/** A classic mistake put into the services, to show that the invariants detect it. */
export interface Mutant {
  readonly name: string;
  /** What it does instead, and the consequence. */
  readonly mistake: string;
  readonly alteration: Alteration;
  /** Where the mistake shows only with an extra fault: the fault alone, which violates nothing. */
  readonly without?: Alteration;
  /** Every one of these invariants is violated within the seeds that the test runs. */
  readonly caughtBy: readonly string[];
  /** The first one that the test runs: known to show the mistake. Default 1; the later ones are tried, too. */
  readonly seed?: number;
}

const KITCHEN = 'kitchen-service';
const TOMBSTONES = ['order.timeout', 'order.cancelled'];
/** Shorter than most orders wait in a run. */
const FORGETFUL_MS = 300;

type Commit = OpenStore['commit'];
const withCommit =
  (around: (commit: Commit) => Commit) =>
  (store: OpenStore): OpenStore => ({ ...store, commit: around(store.commit) });

const withRebuild =
  (change: (rebuild: Rebuild) => Rebuild | Promise<Rebuild>) =>
  (store: OpenStore): OpenStore => ({
    ...store,
    async beginRebuild(leaseMs) {
      const rebuild = await store.beginRebuild(leaseMs);
      return rebuild && change(rebuild);
    },
  });

const withRules =
  (change: (rules: Rules) => Partial<Rules>) =>
  (behaviour: Behaviour): Behaviour => ({
    ...behaviour,
    rules: { ...behaviour.rules, ...change(behaviour.rules) },
  });

const only =
  <Part>(service: string, change: (part: Part) => Part) =>
  (part: Part, name: string): Part =>
    name === service ? change(part) : part;

/** The reactor finds no event of its own that a redelivery could publish again. */
const withoutRepublishing = withCommit((commit) => async (id, seen, change) => {
  const committed = await commit(id, seen, change);
  if (committed.outcome !== 'beaten') return committed;
  const entries = committed.document.entries.map((entry) =>
    entryOf(eventsOf({ entries: [entry] }).map((event) => ({ ...event, sequence: -(event.sequence ?? 0) }))),
  );
  return { ...committed, document: { ...committed.document, entries } };
});

const ackFirst = (bus: Bus): Bus => {
  const consume = ({ handle, ...consumer }: Consumer) =>
    bus.consume({
      ...consumer,
      handle: (delivery) => {
        delivery.ack();
        return handle(delivery);
      },
    });
  return new Proxy(bus, { get: (real, key) => (key === 'consume' ? consume : Reflect.get(real, key)) });
};

/** Writes over what others wrote since the read. */
const readThenWrite = withCommit((commit) => async (id, seen, change) => {
  const committed = await commit(id, seen, change);
  return committed.outcome === 'beaten' ? commit(id, committed.document, change) : committed;
});

const forgetsWaiting = withCommit(
  (commit) => (id, seen, change) => commit(id, seen, { ...change, expireAfterMs: FORGETFUL_MS }),
);

/** The due time is cleared with the decision, before what was decided is published. */
const clearsDueFirst = withCommit((commit) => (id, seen, change) => {
  const isDecision = change.entry !== undefined && change.dueAt === undefined;
  return commit(id, seen, isDecision ? { ...change, dueAt: 'never', attended: true } : change);
});

/** Pools are moved although another writer was first, and moved again with the commit that is repeated. */
const movesHoldsTwice = withCommit((commit) => async (id, seen, change) => {
  const committed = await commit(id, seen, change);
  if (committed.outcome === 'beaten' && change.pools) await commit(id, committed.document, { pools: change.pools });
  return committed;
});

/** The first publish of an order's timeout never reaches the broker. */
const losesFirstTimeout = (bus: Bus): Bus => {
  const lost = new Set<string>();
  return withPublish(bus, (publish) => async (message, options) => {
    const { subject } = message;
    if (!subject.includes('.order.timeout.') || lost.has(subject)) return publish(message, options);
    lost.add(subject);
    throw new Unavailable('broker');
  });
};

const withoutTombstones = withRules(({ evolve }) => ({
  evolve: (state, event) => (TOMBSTONES.includes(event.type) ? state : evolve(state, event)),
}));

/** Every event that comes after the decision counts the outcome once more. */
const countsLateEvents = withRules(({ tally }) => ({
  tally(state) {
    const { contributions = [] } = state as { contributions?: { isLate: boolean }[] };
    const late = contributions.filter(({ isLate }) => isLate).length;
    const counted = Object.entries(tally?.(state) ?? {}).map(([name, sum]) => [
      name,
      /^stage:(timeout|cancelled)$/.test(name) ? sum + late : sum,
    ]);
    return Object.fromEntries(counted);
  },
}));

/** The id of a refund without the payment's ordinal: the second payment's refund looks like a copy of the first one's. */
const idsByOrder = (flow: Flow): Flow => ({
  ...flow,
  events: Object.fromEntries(
    Object.entries(flow.events).map(([type, { about: _, ...contract }]) => [type, contract as Flow['events'][string]]),
  ),
});

/** Rebuilds from consumed events only, so that nothing seems to be decided yet. */
const decidesAgain = withRebuild((rebuild) => {
  const consumedOnly = ({ entry, ...change }: Change): Change => {
    const consumed = entry === undefined ? [] : eventsOf({ entries: [entry] }).filter(({ own }) => !own);
    return consumed.length > 0 ? { ...change, entry: entryOf(consumed) } : change;
  };
  return { ...rebuild, commit: (id, seen, change) => rebuild.commit(id, seen, consumedOnly(change)) };
});

/** Takes the data of a restarted server for complete, although its last second is missing. */
const trustsWhatIsLeft = withRebuild((rebuild) => {
  const nothing: Committed = { outcome: 'done', now: 0, epoch: '' };
  return rebuild.cause === 'restarted' ? { ...rebuild, commit: async () => nothing } : rebuild;
});

/** Says that it has read the stream when it has only begun: the next rebuild, which continues there, reads nothing. */
const checkpointAhead = withRebuild(async (rebuild) => {
  if (rebuild.cause !== 'rebuilding') await rebuild.checkpoint(Number.MAX_SAFE_INTEGER, MEMORY_STREAM);
  return rebuild;
});

export const mutants: readonly Mutant[] = [
  {
    name: 'a redelivery that does not republish',
    mistake: 'the decision is stored, and only the process that took it publishes: a crash before that loses the event',
    alteration: { store: withoutRepublishing },
    caughtBy: ['one outcome per order'],
    seed: 8,
  },
  {
    name: 'a due time cleared before publishing',
    mistake: 'a timeout is decided and no longer due: a crash before its publish leaves nothing that remembers it',
    alteration: { store: only(KITCHEN, clearsDueFirst), bus: only(KITCHEN, losesFirstTimeout) },
    without: { bus: only(KITCHEN, losesFirstTimeout) },
    caughtBy: ['one outcome per order'],
  },
  {
    name: 'holds moved twice after a beaten commit',
    mistake: 'units are taken when the commit is tried, and once more when it is repeated on the newer version',
    alteration: { store: movesHoldsTwice },
    caughtBy: ['stock and chefs balance'],
  },
  {
    name: 'a tally that counts a late event',
    mistake: 'what comes after the decision is counted as another outcome',
    alteration: { behaviour: only(KITCHEN, countsLateEvents) },
    caughtBy: ['counters agree with events'],
  },
  {
    name: 'ack before publish',
    mistake: 'the message is acknowledged before it is processed: after a crash no process knows of the payment',
    alteration: { bus: ackFirst },
    caughtBy: ['what was not used is asked back, once'],
  },
  {
    name: 'read and write instead of compare-and-set',
    mistake: 'two kitchens decide on what each has read, and the later write wins',
    alteration: { store: readThenWrite },
    caughtBy: ['one outcome per order'],
    seed: 10,
  },
  {
    name: 'TTL on waiting',
    mistake: 'an order that waits expires: it never times out, and a late event begins it anew',
    alteration: { store: only(KITCHEN, forgetsWaiting) },
    caughtBy: ['one outcome per order'],
  },
  {
    name: 'forget the tombstone',
    mistake: 'work begins for an order that has ended',
    alteration: { behaviour: (behaviour, name) => (name === KITCHEN ? behaviour : withoutTombstones(behaviour)) },
    caughtBy: ['no work begins after the end'],
  },
  {
    name: 'refund by counter instead of business id',
    mistake: 'the refund of a second payment has the id of the first one, and is dropped as its duplicate',
    alteration: { flow: only(KITCHEN, idsByOrder) },
    caughtBy: ['what was not used is asked back, once', 'captured = sold + refunded'],
    seed: 9,
  },
  {
    name: 'replay that decides again',
    mistake:
      'a wiped inventory is rebuilt without the events that it published: what it had reserved is never released',
    alteration: { store: only('inventory-service', decidesAgain) },
    caughtBy: ['what was asked back is undone, once', 'stock and chefs balance'],
    seed: 6,
  },
  {
    name: 'trust a restarted store',
    mistake: 'what a killed Redis had answered in its last second is not read back: events and decisions are gone',
    alteration: { store: trustsWhatIsLeft },
    caughtBy: ['what was not used is asked back, once'],
  },
  {
    name: 'checkpoint before the fold',
    mistake:
      'a rebuild stores its checkpoint before it has read so far, and dies: the next one skips what was not read',
    alteration: { store: checkpointAhead },
    caughtBy: ['one outcome per order'],
    seed: 26,
  },
];
