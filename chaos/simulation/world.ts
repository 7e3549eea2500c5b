import { Dice } from '#shared/contracts/dice.ts';
import { createMemoryBus, type MemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { Fingerprints } from './fingerprints.ts';
import { type KeptStore, keptStore } from './kept-store.ts';
import { Timeline } from './timeline.ts';
import { allFaults, type FaultKind, type Weather, wholeRun } from './weather.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly weather: Weather;
  readonly ackWaitMs: number;
}

/** How long the broker or the stores are away, ms: from less than ACK_WAIT to longer than most orders take. */
const AWAY_MS = [100, 3_000] as const;
/** The stores' server writes to the disk this often: what it answered since then a restart loses. */
const SYNC_MS = 1_000;
/** Mean of a message's way over the network, ms. */
const LATENCY_MS = 1;
/** Share of the answers that take time, too. */
const SLOW_ANSWERS = 0.15;

/** What the processes of one run share and what survives their crashes: time, chance, the broker and the stores. */
export class World {
  readonly timeline = new Timeline();
  readonly weather: Weather;
  readonly fingerprints = new Fingerprints();
  readonly faults: Record<FaultKind, number>;
  /** `kitchen-service after commit` -> processes that died there. */
  readonly crashPoints = new Map<string, number>();
  /** Named `broker` and `store`: away until then, ms since the epoch; and the broker has been back since. */
  readonly awayUntil = { broker: 0, store: 0 };
  /** For faults, and for times. */
  readonly dice: Dice;
  readonly broker: MemoryBus;
  readonly stores = new Map<string, KeptStore>();
  /** Faults happen; false once the run is to come to rest. */
  stormy = true;
  /** What `later` has planned and not done yet. */
  underWay = 0;
  /** Payment ids of the charges that payment did not make. */
  readonly foreignCharges = new Set<string>();
  /** What handlers threw although they must not. */
  readonly broken: unknown[] = [];
  /** Port calls so far. */
  steps = 0;
  /** One line per step and fault of an order, while somebody wants to know. */
  trace: ((orderId: string | undefined, line: string) => void) | undefined;
  readonly #latencies: Dice;

  constructor({ seed, weather, ackWaitMs }: WorldOptions) {
    this.weather = weather;
    this.dice = new Dice(seed, 2);
    this.#latencies = new Dice(seed, 3);
    this.faults = Object.fromEntries(
      allFaults.map((kind) => [kind, wholeRun.includes(kind) ? weather[kind] : 0]),
    ) as Record<FaultKind, number>;
    const { now, after } = this.timeline;
    const schedule = (task: () => void, ms: number) => after(ms, task);
    this.broker = createMemoryBus({ now, schedule, ackWaitMs, lookEveryMs: 50 });
    if (weather.storeRestarted > 0) this.#syncStores();
  }

  /** The store under a prefix; services that share a prefix share it. */
  store(prefix: string): KeptStore {
    const store = this.stores.get(prefix) ?? keptStore(this.timeline.now);
    this.stores.set(prefix, store);
    return store;
  }

  /** Whether a fault of this kind happens now; it is counted when it does. */
  happens(kind: FaultKind, orderId?: string): boolean {
    if (!this.stormy || !this.dice.chance(this.weather[kind])) return false;
    this.faults[kind] += 1;
    this.trace?.(orderId, `-- ${kind}`);
    return true;
  }

  isAway(what: 'broker' | 'store'): boolean {
    const now = this.timeline.now();
    if (now < this.awayUntil[what]) return true;
    if (!this.happens(`${what}Away`)) return false;
    this.awayUntil[what] = now + this.dice.between(...AWAY_MS);
    return true;
  }

  /** Does something to the world itself after so many ms; a run is not at rest before. */
  later(ms: number, task: () => Promise<unknown> | undefined): void {
    this.underWay += 1;
    const leave = () => {
      this.underWay -= 1;
    };
    this.timeline.after(ms, () => void Promise.resolve(task()).then(leave, leave));
  }

  /** All of them: they share a server. */
  wipeStores(): void {
    for (const store of this.stores.values()) store.wipe();
  }

  /** All of them: up to a second of what they had answered is lost. */
  restartStores(): void {
    for (const store of this.stores.values()) store.restart();
  }

  #syncStores(): void {
    if (!this.stormy) return;
    for (const store of this.stores.values()) store.sync();
    this.timeline.after(SYNC_MS, () => this.#syncStores());
  }

  answersSlowly(): boolean {
    return this.#latencies.chance(SLOW_ANSWERS);
  }

  latency(): number {
    return this.#latencies.around(LATENCY_MS);
  }
}
