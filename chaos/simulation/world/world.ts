import { Dice } from '#shared/contracts/dice.ts';
import { createMemoryBus, type MemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { Fingerprints } from './fingerprints.ts';
import { type KeptStore, keptStore } from './kept-store.ts';
import { Timeline } from './timeline.ts';
import { allFaults, type FaultKind, isForWholeRun, type Weather } from './weather.ts';

/** How long the broker or the stores are unreachable, ms: from less than ACK_WAIT to longer than most orders take. */
const AWAY_MS = [100, 3_000] as const;
/** How often the stores' server writes to the disk: a restart loses what it answered since. */
const SYNC_MS = 1_000;
/** Mean network latency of a message, ms. */
const LATENCY_MS = 1;
/** Share of the answers that also have a latency. */
const SLOW_ANSWERS = 0.15;

/** What a server keeps in its memory: lost by a wipe, and as it was at the last `sync` after a restart. */
export type Perishable = Pick<KeptStore, 'wipe' | 'sync' | 'restart'>;

/** What the processes of one run share and what survives their crashes: time, randomness, the broker and the stores. */
export class World {
  readonly timeline = new Timeline();
  readonly weather: Weather;
  readonly fingerprints = new Fingerprints();
  readonly faults: Record<FaultKind, number>;
  /** `kitchen-service after commit` -> processes that died there. */
  readonly crashPoints = new Map<string, number>();
  /** Not reachable until then, ms since the epoch. */
  readonly awayUntil = { broker: 0, store: 0 };
  /** For faults and their times. */
  readonly dice: Dice;
  readonly broker: MemoryBus;
  readonly stores = new Map<string, KeptStore>();
  /** What else is lost when the stores' server loses its data. */
  readonly lostWithStores: Perishable[] = [];
  /** Faults happen; false once the run has to come to rest. */
  stormy = true;
  /** Tasks of `later` that are not done yet. */
  underWay = 0;
  /** Payment ids of the charges that payment did not make. */
  readonly foreignCharges = new Set<string>();
  /** Errors of handlers, which must not throw. */
  readonly broken: unknown[] = [];
  /** Port calls so far. */
  steps = 0;
  /** Gets a line per step and fault of an order. */
  trace: ((orderId: string | undefined, line: string) => void) | undefined;
  readonly #latencies: Dice;

  constructor(seed: number, weather: Weather, ackWaitMs: number) {
    this.weather = weather;
    this.dice = new Dice(seed, 2);
    this.#latencies = new Dice(seed, 3);
    this.faults = Object.fromEntries(
      allFaults.map((kind) => [kind, isForWholeRun(kind) ? weather[kind] : 0]),
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

  /** All that the stores' server keeps. */
  perishable(): Perishable[] {
    return [...this.stores.values(), ...this.lostWithStores];
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

  /** Runs a task of the world itself after so many ms; the run is not at rest before. */
  later(ms: number, task: () => Promise<unknown> | undefined): void {
    this.underWay += 1;
    const leave = () => {
      this.underWay -= 1;
    };
    this.timeline.after(ms, () => void Promise.resolve(task()).then(leave, leave));
  }

  #syncStores(): void {
    if (!this.stormy) return;
    for (const each of this.perishable()) each.sync();
    this.timeline.after(SYNC_MS, () => this.#syncStores());
  }

  answersSlowly(): boolean {
    return this.#latencies.chance(SLOW_ANSWERS);
  }

  latency(): number {
    return this.#latencies.around(LATENCY_MS);
  }
}
