import { countWaiting } from '#shared/audit/finding.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import { type FlowReader, openFlowReader, type StreamState } from '#shared/messaging/jetstream/flow-reader.ts';
import { type Counters, type Document, NotWhole } from '#shared/store/store.ts';
import type { StorePlaces } from '#shared/store/stores.ts';
import type { DeadLetter } from './dlq/dead-letter.ts';
import { readDeadLetters } from './dlq/dead-letters.ts';
import { openStores } from './open-stores.ts';
import { owedByStoreless } from './owed-by-storeless.ts';
import type { Known, SeenOrder, SeenRun } from './seen-run.ts';
import { SeenStream } from './seen-stream.ts';
import { byOrder, chargeOf, JOURNAL, knownTo, ledgerOwner, publishedIn, servicesWithStore } from './store-records.ts';

export interface SystemAddress {
  readonly natsUrl: string;
  readonly stores: StorePlaces;
  readonly flow: Flow;
}

const NOTHING: StreamState = { firstSequence: 1, lastSequence: 0, messages: 0 };
/** Documents loaded at once. */
const AT_ONCE = 2_000;
/** An order without an event for this long is not loaded again. */
const FINAL_AFTER_MS = 600_000;

/** Reads a running system and changes nothing. It keeps what it has read of the stream, so reading again is quick. */
export class SystemReader implements AsyncDisposable {
  readonly #address: SystemAddress;
  readonly #reader: FlowReader;
  readonly #stores: Awaited<ReturnType<typeof openStores>>;
  readonly #seen: SeenStream;
  readonly #ledger = new Map<string, ReadonlySet<string>>();
  readonly #ended = new Map<string, Known[]>();
  #readUpTo = 0;
  #state = NOTHING;

  private constructor(address: SystemAddress, reader: FlowReader, stores: Awaited<ReturnType<typeof openStores>>) {
    this.#address = address;
    this.#reader = reader;
    this.#stores = stores;
    this.#seen = new SeenStream(address.flow);
  }

  /** @throws Unavailable when the broker does not answer */
  static async open(address: SystemAddress): Promise<SystemReader> {
    const reader = await openFlowReader({ url: address.natsUrl, flow: address.flow });
    return new SystemReader(address, reader, await openStores(address.stores));
  }

  /** The stream's state when it was last read. */
  get state(): StreamState {
    return this.#state;
  }

  get seen(): SeenStream {
    return this.#seen;
  }

  async look(): Promise<StreamState> {
    return (await this.#reader.state(this.#address.flow.stream)) ?? NOTHING;
  }

  /** What is owed now, in words; empty when the system is at rest. @throws Unavailable */
  async owed(): Promise<string[]> {
    const { lastSequence } = await this.look();
    const durables = lastSequence > 0 ? await this.#reader.durables() : [];
    const behind = durables
      .filter(({ pending, ackPending }) => pending + ackPending > 0)
      .map((d) => `${d.durable} has ${d.pending} messages to take and ${d.ackPending} to acknowledge`);
    const stores = [...(await this.counters())].flatMap(([service, counters]) => owedBy(service, counters));
    const { flow } = this.#address;
    if (flow.storeless) await this.readStream();
    return [
      ...behind,
      ...stores,
      ...(await this.unread()).values(),
      ...owedByStoreless(flow, this.#seen.orders.values()),
    ];
  }

  /** The stores that cannot be read, each with a sentence that says why: of them nothing is judged. @throws Unavailable */
  async unread(): Promise<Map<string, string>> {
    const names = [...servicesWithStore(this.#address.flow), ...(ledgerOwner(this.#address.flow) ? [JOURNAL] : [])];
    const asked = names.map(async (name): Promise<[string, string][]> => {
      const { is } = await this.#stores.of(name).health();
      if (is === 'whole') return [];
      const why =
        is === 'rebuilding' ? 'is being rebuilt' : 'was not opened since its server started: does its service run?';
      return [[name, `the store ${name} ${why}`]];
    });
    return new Map((await Promise.all(asked)).flat());
  }

  async readStream(): Promise<void> {
    const { stream } = this.#address.flow;
    const state = await this.#reader.state(stream);
    if (!state) return;
    for await (const message of this.#reader.replay(stream, this.#readUpTo + 1)) {
      this.#readUpTo = message.sequence;
      this.#seen.note(message);
    }
    this.#state = state;
  }

  deadLetters(): Promise<DeadLetter[]> {
    return readDeadLetters(this.#reader, this.#address.flow);
  }

  async counters(): Promise<Map<string, Counters>> {
    const found = servicesWithStore(this.#address.flow).map((name) =>
      ifWhole(async (): Promise<[string, Counters][]> => [[name, await this.#stores.of(name).counters()]], []),
    );
    return new Map((await Promise.all(found)).flat());
  }

  async charges(): Promise<SeenRun['charges']> {
    const ids = new Set(await this.#stores.documentIds(JOURNAL));
    const documents = await this.#loadAll(JOURNAL, [...ids]);
    return byOrder(documents.flatMap((document) => chargeOf(document, () => false) ?? []));
  }

  /** What the ledger's owner published, order by order. */
  async ledger(): Promise<SeenRun['ledger']> {
    const ids = this.#changed(this.#ledger, () => true);
    const owner = ledgerOwner(this.#address.flow);
    for (const document of owner ? await this.#loadAll(owner, ids) : [])
      this.#ledger.set(document.id, publishedIn(document));
    return this.#ledger;
  }

  /** What each service knows of the orders that ended without being made. */
  async ended(): Promise<SeenRun['ended']> {
    const { cancelled, timeout } = this.#address.flow.outcomes;
    const isOver = ({ events }: SeenOrder) => events.some(({ type }) => type === cancelled || type === timeout);
    const ids = this.#changed(this.#ended, isOver);
    const found = new Map<string, Known[]>(ids.map((id) => [id, []]));
    for (const service of servicesWithStore(this.#address.flow))
      for (const document of await this.#loadAll(service, ids))
        found.get(document.id)?.push(knownTo(service, document));
    for (const [id, known] of found) this.#ended.set(id, known);
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stores[Symbol.asyncDispose]();
    await this.#reader[Symbol.asyncDispose]();
  }

  /** The orders to load (again). */
  #changed(known: ReadonlyMap<string, unknown>, isWanted: (order: SeenOrder) => boolean): string[] {
    const finalBefore = Date.now() - FINAL_AFTER_MS;
    return [...this.#seen.orders.values()]
      .filter((order) => isWanted(order))
      .filter(({ id, events }) => !known.has(id) || (events.at(-1)?.storedAt ?? 0) > finalBefore)
      .map(({ id }) => id);
  }

  #loadAll = (prefix: string, ids: readonly string[]): Promise<Document[]> =>
    ifWhole(() => this.#load(prefix, ids), []);

  async #load(prefix: string, ids: readonly string[]): Promise<Document[]> {
    const found: Document[] = [];
    for (let from = 0; from < ids.length; from += AT_ONCE)
      found.push(...(await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => this.#stores.of(prefix).load(id)))));
    return found;
  }
}

/** @throws as `ask` does, but for a store that is not whole: then `none` */
async function ifWhole<T>(ask: () => Promise<T>, none: T): Promise<T> {
  const orNone = (error: unknown): T => {
    if (error instanceof NotWhole) return none;
    throw error;
  };
  // By a first refusal a store finds out that it was rebuilt: the second one counts.
  return ask().catch(ask).catch(orNone);
}

function owedBy(service: string, { counters, oldestDueAt, now }: Counters): string[] {
  const waiting = countWaiting(counters);
  return [
    ...(waiting > 0 ? [`${service} has ${waiting} orders waiting`] : []),
    ...(oldestDueAt !== undefined ? [`${service} has an order to look at ${describeTime(oldestDueAt - now)}`] : []),
  ];
}

const describeTime = (ms: number): string =>
  ms > 0 ? `in ${Math.ceil(ms / 1_000)} s` : `since ${Math.ceil(-ms / 1_000)} s`;
