import { type DeadLetter, letterOf } from '#shared/audit/dlq/dead-letter.ts';
import { countOutcomes, countWaiting } from '#shared/audit/finding.ts';
import { invariants } from '#shared/audit/invariants.ts';
import type { Charge, Known, SeenRun } from '#shared/audit/seen-run.ts';
import { SeenStream } from '#shared/audit/seen-stream.ts';
import { byOrder, chargeOf, JOURNAL, knownTo, ledgerOwner, publishedIn } from '#shared/audit/store-records.ts';
import { contractOf, type Flow, ownersOf } from '#shared/contracts/flow.ts';
import { fromMessage } from '#shared/messaging/binding.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';
import type { Counters } from '#shared/store/store.ts';
import type { World } from './world/world.ts';
import { type Wrong, wrongOrders } from './wrong-orders.ts';

/** The result of one run: plain data, as a worker posts it. */
export interface Verdict {
  readonly seed: number;
  readonly orders: number;
  readonly violations: readonly { readonly invariant: string; readonly orderId?: string; readonly detail: string }[];
  /** What is wrong -> the orders. */
  readonly wrong: Readonly<Record<Wrong, readonly string[]>>;
  /** `ready`, `cancelled`, `timeout` -> orders. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Kind of fault -> how often it happened. */
  readonly faults: Readonly<Record<string, number>>;
  /** `kitchen-service after commit` -> processes that died there. */
  readonly crashPoints: Readonly<Record<string, number>>;
  /** One number per order: which step of which process came when. */
  readonly fingerprints: readonly number[];
  /** Port calls. */
  readonly steps: number;
  /** In the run's own time. */
  readonly lastedMs: number;
}

const SECOND_CHARGE_WITHIN_MS = 3_000;
/** An order that is decided after so many times ORDER_TIMEOUT is late: five hours instead of thirty minutes. */
const LATE_AFTER = 10;

/** Reads the stream of a run while it grows, and the stores when it is at rest. */
export class Recording {
  readonly #world: World;
  readonly #flow: Flow;
  readonly #orderTimeout: number;
  readonly #stream: SeenStream;
  readonly #deadLetters: DeadLetter[] = [];

  /** `orderTimeout`: ms */
  constructor(world: World, flow: Flow, orderTimeout: number) {
    this.#world = world;
    this.#flow = flow;
    this.#orderTimeout = orderTimeout;
    this.#stream = new SeenStream(flow);
    void world.broker.follow(`${flow.subjectPrefix}.>`, (message) => this.#note(message));
    void world.broker.follow('dlq.>', (message) => void this.#deadLetters.push(letterOf(message)));
  }

  /** Nothing is owed: every store is whole, nothing is under way, no message is pending, no order waits or is due within `dueMs`. */
  async atRest(dueMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    const soon = this.#world.timeline.now() + dueMs;
    if (this.#world.underWay > 0) return false;
    for (const store of this.#world.stores.values()) if ((await store.health()).is !== 'whole') return false;
    const states = await this.#world.broker.durableStates();
    if (states.some(({ pending, ackPending }) => pending + ackPending > 0)) return false;
    for (const { counters, oldestDueAt } of (await this.#counters()).values())
      if (countWaiting(counters) > 0 || (oldestDueAt !== undefined && oldestDueAt <= soon)) return false;
    return true;
  }

  /** Judges the run by every invariant. */
  async verdict(seed: number, accepted: ReadonlySet<string>, rested: boolean, lastedMs: number): Promise<Verdict> {
    const { broken, faults, crashPoints, fingerprints, steps } = this.#world;
    const run: SeenRun = {
      flow: this.#flow,
      orders: this.#stream.orders,
      accepted,
      deadLetters: this.#deadLetters,
      charges: await this.#charges(),
      counters: await this.#counters(),
      ledger: await this.#ledger(),
      ended: await this.#ended(),
      owed: rested ? [] : ['something is still owed'],
      broken,
    };
    const violations = invariants.flatMap(({ name, check }) =>
      check(run).map((found) => ({ invariant: name, ...found })),
    );
    return {
      seed,
      orders: run.orders.size,
      violations,
      wrong: wrongOrders(run, violations, LATE_AFTER * this.#orderTimeout),
      outcomes: countOutcomes(run),
      faults,
      crashPoints: Object.fromEntries(crashPoints),
      fingerprints: fingerprints.values(),
      steps,
      lastedMs,
    };
  }

  #note(message: StoredMessage): void {
    const event = this.#stream.note(message);
    if (event?.type !== 'payment.completed' || !event.id.endsWith('-001')) return;
    const orderId = message.subject.slice(message.subject.lastIndexOf('.') + 1);
    if (this.#world.happens('secondCharge', orderId)) this.#chargeAgain(orderId, message);
  }

  /**
   * A customer is charged a second time without payment knowing, as by an operator of the gateway: the journal gets a second
   * entry, and its payment.completed is published. Payment's own ledger lacks it.
   */
  #chargeAgain(orderId: string, first: StoredMessage): void {
    const [world, flow] = [this.#world, this.#flow];
    const paymentId = `pay-${orderId}-002`;
    world.later(world.dice.between(0, SECOND_CHARGE_WITHIN_MS), async () => {
      const journal = world.store(JOURNAL);
      const [entry] = (await journal.load(`pay-${orderId}-001`)).entries;
      if (!entry) return;
      world.foreignCharges.add(paymentId);
      await journal.commit(paymentId, { version: 0, epoch: '' }, { entry });
      const { type: fullType, data, causationid: causationId } = fromMessage(first);
      const type = fullType.slice(flow.typePrefix.length);
      const by = { orderId, source: contractOf(flow, type).owner, now: world.timeline.now(), causationId };
      await world.broker.publish(toWire(flow, buildEvent(flow, { type, data: { ...data, paymentId } }, by)));
    });
  }

  async #counters(): Promise<Map<string, Counters>> {
    const counters = new Map<string, Counters>();
    for (const [prefix, store] of this.#world.stores) counters.set(prefix, await store.counters());
    return counters;
  }

  async #charges(): Promise<Map<string, Charge[]>> {
    const charges: Charge[] = [];
    const journal = this.#world.store(JOURNAL);
    for (const paymentId of journal.ids) {
      const charge = chargeOf(await journal.load(paymentId), (id) => this.#world.foreignCharges.has(id));
      if (charge) charges.push(charge);
    }
    return byOrder(charges);
  }

  async #ledger(): Promise<SeenRun['ledger']> {
    const owner = ledgerOwner(this.#flow);
    const known = new Map<string, ReadonlySet<string>>();
    if (owner === undefined) return known;
    const store = this.#world.store(owner);
    for (const id of this.#stream.orders.keys()) known.set(id, publishedIn(await store.load(id)));
    return known;
  }

  async #ended(): Promise<SeenRun['ended']> {
    const { cancelled, timeout } = this.#flow.outcomes;
    const ended = new Map<string, Known[]>();
    const services = ownersOf(this.#flow).filter((name) => this.#world.stores.has(name));
    for (const { id, events } of this.#stream.orders.values()) {
      if (!events.some(({ type }) => type === cancelled || type === timeout)) continue;
      const known: Known[] = [];
      for (const service of services) known.push(knownTo(service, await this.#world.store(service).load(id)));
      ended.set(id, known);
    }
    return ended;
  }
}
