import type { Flow } from '#shared/contracts/flow.ts';
import type { Behaviour } from '#shared/host/service.ts';
import type { Bus, Consumer } from '#shared/messaging/bus.ts';
import type { Change, Committed, CorrelationStore } from '#shared/store/correlation-store.ts';
import type { Alteration } from './universe.ts';

/** A service with one of the classic mistakes put in: what it shows is that the invariants can see it. */
export interface Mutant {
  readonly name: string;
  /** What it does instead, and what that costs. */
  readonly mistake: string;
  readonly alteration: Alteration;
  /** The invariants by which it is caught: every one of them is violated within the seeds that the test runs. */
  readonly caughtBy: readonly string[];
}

const KITCHEN = 'kitchen-service';
const TOMBSTONES = ['order.timeout', 'order.cancelled'];
/** Shorter than most orders wait in a run. */
const FORGETFUL_MS = 300;

/** Decision first, messages from memory: a crash before the publish leaves nothing that remembers them. */
const withoutOutbox = (store: CorrelationStore): CorrelationStore => ({
  ...store,
  async commit(id, version, change) {
    const committed = await store.commit(id, version, change);
    const owed = change.outbox?.map((entry) => entry.id) ?? [];
    if (committed.outcome === 'done') await store.markPublished(id, owed);
    return committed;
  },
});

const ackFirst = (bus: Bus): Bus => ({
  ...bus,
  get status() {
    return bus.status;
  },
  get connectedSince() {
    return bus.connectedSince;
  },
  consume: (consumer: Consumer) =>
    bus.consume({
      ...consumer,
      handle: (delivery) => {
        delivery.ack();
        return consumer.handle(delivery);
      },
    }),
});

/** HGETALL, decide, HSET: whatever others wrote in between is overwritten, as if nobody else was there. */
const readThenWrite = (store: CorrelationStore): CorrelationStore => ({
  ...store,
  async commit(id, version, change) {
    const committed = await store.commit(id, version, change);
    if (committed.outcome !== 'stale') return committed;
    return store.commit(id, committed.correlation.version, change);
  },
});

const forgetsWaiting = (store: CorrelationStore): CorrelationStore => ({
  ...store,
  commit: (id, version, change) => store.commit(id, version, { ...change, forgetAfterMs: FORGETFUL_MS }),
});

const withoutTombstones = (behaviour: Behaviour): Behaviour => ({
  ...behaviour,
  decide: (order, circumstances) =>
    behaviour.decide({ ...order, facts: order.facts.filter(({ type }) => !TOMBSTONES.includes(type)) }, circumstances),
});

/** The id of a refund without the payment's ordinal: the second payment's refund looks like a copy of the first one's. */
const idsByOrder = (flow: Flow): Flow => ({
  ...flow,
  events: Object.fromEntries(
    Object.entries(flow.events).map(([type, { about: _, ...contract }]) => [type, contract as Flow['events'][string]]),
  ),
});

/** Folds what was consumed and forgets what was published: the past looks as if nothing had been decided yet. */
const decidesAgain = (store: CorrelationStore): CorrelationStore => ({
  ...store,
  async beginRebuild(leaseMs) {
    const rebuild = await store.beginRebuild(leaseMs);
    return (
      rebuild && {
        ...rebuild,
        commit: (id: string, version: number, change: Change) =>
          rebuild.commit(id, version, { ...change, state: undefined, published: [] }),
      }
    );
  },
});

/** Goes on with what its server came up with, as if the last second was there. */
const trustsWhatIsLeft = (store: CorrelationStore): CorrelationStore => ({
  ...store,
  async beginRebuild(leaseMs) {
    const rebuild = await store.beginRebuild(leaseMs);
    if (rebuild?.cause !== 'restarted') return rebuild;
    const nothing: Committed = { outcome: 'done', version: 0 };
    return { ...rebuild, commit: async () => nothing, markPublished: async () => undefined };
  },
});

/** Says that it has read the stream when it has only begun: whoever goes on with its rebuild reads nothing more. */
const notesAhead = (store: CorrelationStore): CorrelationStore => ({
  ...store,
  async beginRebuild(leaseMs) {
    const rebuild = await store.beginRebuild(leaseMs);
    if (rebuild && rebuild.cause !== 'rebuilding') await rebuild.noteSettled(Number.MAX_SAFE_INTEGER);
    return rebuild;
  },
});

const only =
  <Part>(service: string, change: (part: Part) => Part) =>
  (part: Part, name: string): Part =>
    name === service ? change(part) : part;

export const mutants: readonly Mutant[] = [
  {
    name: 'remove the outbox',
    mistake: 'the decision is stored, what it owes is not: a crash before the publish loses the event for ever',
    alteration: { store: withoutOutbox },
    caughtBy: ['one outcome per order'],
  },
  {
    name: 'ack before publish',
    mistake: 'the message is acknowledged before it was worked on: a crash, and nobody knows of the payment',
    alteration: { bus: ackFirst },
    caughtBy: ['what was not used is asked back, once'],
  },
  {
    name: 'HSET and HGETALL instead of the script',
    mistake: 'two kitchens decide on what each has read, and the later write wins',
    alteration: { store: readThenWrite },
    caughtBy: ['what was not used is asked back, once', 'captured = sold + refunded'],
  },
  {
    name: 'TTL on waiting',
    mistake: 'an order that waits expires: nobody times it out, and a late event begins it anew',
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
  },
  {
    name: 'replay that decides again',
    mistake:
      'a wiped inventory reads its orders back without what it answered: what it had reserved, nobody gives back',
    alteration: { store: only('inventory-service', decidesAgain) },
    caughtBy: ['what was asked back is undone, once', 'stock and chefs balance'],
  },
  {
    name: 'trust a restarted store',
    mistake: 'what a killed Redis had answered in its last second is not read back: facts and decisions are gone',
    alteration: { store: trustsWhatIsLeft },
    caughtBy: ['what was not used is asked back, once'],
  },
  {
    name: 'note before the fold',
    mistake: 'a rebuild notes how far it is before it is there, and dies: the next one goes on behind what nobody read',
    alteration: { store: notesAhead },
    caughtBy: ['one outcome per order'],
  },
];
