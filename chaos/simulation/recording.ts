import { type DeadLetter, letterOf } from '#shared/audit/dlq/dead-letter.ts';
import type { Charge, Known, SeenRun } from '#shared/audit/seen-run.ts';
import { SeenStream } from '#shared/audit/seen-stream.ts';
import { byOrder, chargeOf, JOURNAL, knownTo, ledgerOwner, publishedIn } from '#shared/audit/store-records.ts';
import { type Flow, ownersOf } from '#shared/contracts/flow.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';
import type { Counters } from '#shared/store/store.ts';
import { countWaiting } from '#shared/telemetry/waiting.ts';
import { chargeAgain } from './world/second-charge.ts';
import type { World } from './world/world.ts';

/** Reads the stream of a run while it grows, and the stores when it is at rest. */
export class Recording {
  readonly #world: World;
  readonly #flow: Flow;
  readonly #stream: SeenStream;
  readonly #deadLetters: DeadLetter[] = [];

  constructor(world: World, flow: Flow) {
    this.#world = world;
    this.#flow = flow;
    this.#stream = new SeenStream(flow);
    void world.broker.follow(`${flow.subjectPrefix}.>`, (message) => this.#note(message));
    void world.broker.follow('dlq.>', (message) => void this.#deadLetters.push(letterOf(message)));
  }

  /** Nothing is owed: every store is whole, nothing is under way, no message is pending, no order waits or is due. */
  async atRest(): Promise<boolean> {
    if (this.#world.underWay > 0) return false;
    for (const store of this.#world.stores.values()) if ((await store.health()).is !== 'whole') return false;
    const states = await this.#world.broker.durableStates();
    if (states.some(({ pending, ackPending }) => pending + ackPending > 0)) return false;
    for (const { counters, oldestDueAt } of (await this.#counters()).values())
      if (countWaiting(counters) > 0 || oldestDueAt !== undefined) return false;
    return true;
  }

  async seen(accepted: ReadonlySet<string>, rested: boolean): Promise<SeenRun> {
    return {
      flow: this.#flow,
      orders: this.#stream.orders,
      accepted,
      deadLetters: this.#deadLetters,
      charges: await this.#charges(),
      counters: await this.#counters(),
      ledger: await this.#ledger(),
      ended: await this.#ended(),
      owed: rested ? [] : ['something is still owed'],
      broken: this.#world.broken,
    };
  }

  #note(message: StoredMessage): void {
    const event = this.#stream.note(message);
    if (event?.type !== 'payment.completed' || !event.id.endsWith('-001')) return;
    const orderId = message.subject.slice(message.subject.lastIndexOf('.') + 1);
    if (this.#world.happens('secondCharge', orderId)) chargeAgain(this.#world, this.#flow, orderId, message);
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
    if (!owner) return new Map();
    const known = [...this.#stream.orders.keys()].map(
      async (id): Promise<[string, ReadonlySet<string>]> => [id, publishedIn(await this.#world.store(owner).load(id))],
    );
    return new Map(await Promise.all(known));
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
