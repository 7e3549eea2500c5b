import pino from 'pino';
import { Dice } from '#shared/contracts/dice.ts';
import { correlatorOf, type Flow } from '#shared/contracts/flow.ts';
import type { Behaviour } from '#shared/kernel/behaviour.ts';
import { noInstrumentation } from '#shared/kernel/instrumentation.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { Pattern } from '#shared/runtime/pattern.ts';
import { runBehaviour } from '#shared/runtime/run-behaviour.ts';
import type { Service, ServicePorts } from '#shared/runtime/service.ts';
import { readSettings, type Settings } from '#shared/runtime/settings.ts';
import type { OpenStore } from '#shared/store/store.ts';
import { Recording, type Verdict } from './recording.ts';
import type { Snippet } from './snippets/snippet.ts';
import { snippetOf } from './snippets/snippets.ts';
import { type Customers, type Intake, inviteCustomers } from './world/customers.ts';
import { SimulatedProcess } from './world/process.ts';
import { type Members, simulatedBus } from './world/simulated-bus.ts';
import { SimulatedCloud } from './world/simulated-cloud.ts';
import { simulatedStore } from './world/simulated-store.ts';
import { type FaultKind, type Weather, weatherOf } from './world/weather.ts';
import { World } from './world/world.ts';

/** What a mutant changes of a service, or of the store with a prefix. */
export interface Alteration {
  readonly flow?: (flow: Flow, service: string) => Flow;
  readonly bus?: (bus: Bus, service: string) => Bus;
  readonly store?: (store: OpenStore, prefix: string) => OpenStore;
  readonly behaviour?: (behaviour: Behaviour, service: string) => Behaviour;
}

/** All that a run follows from: with the same code, the same spec gives the same run. Plain data. */
export interface RunSpec {
  readonly seed: number;
  /** Customers of the run. */
  readonly orders: number;
  /** The kinds of faults that may happen; default: all. */
  readonly only?: readonly FaultKind[];
  /** The workshop's snippet that runs in place of the kitchen. */
  readonly kitchen?: string;
}

export interface UniverseOptions extends RunSpec {
  readonly pattern: Pattern;
  readonly alteration?: Alteration;
  /** In place of the kitchen. Default: the one that `kitchen` names, if it names one. */
  readonly snippet?: Snippet;
  readonly trace?: (atMs: number, orderId: string | undefined, line: string) => void;
}

const log = pino({ level: 'silent' });

/** How long faults continue after the last customer. */
const STORM_AFTER_MS = 2_000;
/** How long everything may then take to come to rest. */
const REST_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 250;
/** A snippet may leave reservations that expire in an hour, and its timers may take days. */
const DUE_SOON_MS = 60_000;
const SNIPPET_RESTS_WITHIN_MS = 1_200_000;

/** One simulated run, from its seed to its verdict. The same options give the same run, step by step. */
export class Universe {
  readonly #options: UniverseOptions;
  readonly #world: World;
  readonly #dice: Dice;
  readonly #settings: Settings;
  readonly #members: Members = new Map();
  readonly #recording: Recording;
  readonly #customers: Customers;
  readonly #cloud: SimulatedCloud | undefined;
  readonly #startedAt: number;
  #intake: Intake | undefined;
  /** Once the run is at rest or overdue. */
  verdict: Verdict | undefined;

  constructor(options: UniverseOptions) {
    const { seed, only, pattern, orders, trace, kitchen: named } = options;
    const { services } = pattern;
    const kitchen = correlatorOf(pattern.flow);
    const snippet = options.snippet ?? (named === undefined ? undefined : snippetOf(named));
    const flow = snippet ? { ...pattern.flow, storeless: [kitchen] } : pattern.flow;
    const weather = weatherOf(seed, only);
    this.#options = options;
    this.#dice = new Dice(seed, 4);
    this.#settings = settingsOf(seed, weather, this.#dice);
    this.#world = new World(seed, weather, this.#settings.ACK_WAIT);
    const { timeline } = this.#world;
    this.#startedAt = timeline.now();
    if (trace) this.#world.trace = (id, line) => trace(timeline.now() - this.#startedAt, id, line);
    this.#recording = new Recording(this.#world, flow, this.#settings.ORDER_TIMEOUT);
    this.#cloud = snippet && new SimulatedCloud(this.#world, snippet, this.#settings.ORDER_TIMEOUT);
    for (const service of services) {
      this.#start(service, 1);
      if (service.name === kitchen || this.#dice.chance(0.5)) this.#start(service, 2);
    }
    this.#customers = inviteCustomers(this.#world, flow, orders, this.#dice, () => this.#intake);
    timeline.after(LOOK_EVERY_MS, () => this.#waitForCustomers());
  }

  /** Runs the next task. The caller lets microtasks run before the next turn. */
  turn(): void {
    if (!this.verdict) this.#world.timeline.next();
  }

  #start(service: Service, replica: number): void {
    const world = this.#world;
    const process = new SimulatedProcess(world, service.name, replica);
    process.whenDead(() => world.timeline.after(this.#downtime(), () => this.#start(service, replica)));
    const host = this.#hostOf(process);
    if (!service.behaviour) {
      this.#intake = host;
      return;
    }
    const running =
      this.#cloud && service.name === correlatorOf(host.flow)
        ? this.#cloud.run(process, host)
        : this.#runBehaviour(service, service.behaviour(host), host);
    running.catch((error) => {
      if (error instanceof Unavailable) process.die('at its start');
      else world.broken.push(error);
    });
  }

  #runBehaviour(service: Service, behaviour: Behaviour, host: ServicePorts): Promise<unknown> {
    const altered = this.#options.alteration?.behaviour?.(behaviour, service.name) ?? behaviour;
    return runBehaviour(service, this.#limitPools(altered), host, noInstrumentation);
  }

  #hostOf(process: SimulatedProcess): ServicePorts {
    const { alteration = {}, pattern } = this.#options;
    const world = this.#world;
    const { timeline, weather } = world;
    const skew = weather.skew > 0 ? Math.round(this.#dice.between(-5_000, 5_000)) : 0;
    const bus = simulatedBus(world, process, this.#members);
    return {
      flow: alteration.flow?.(pattern.flow, process.service) ?? pattern.flow,
      settings: this.#settings,
      bus: alteration.bus?.(bus, process.service) ?? bus,
      log,
      openStore: (prefix) => {
        const store = simulatedStore(world, process, world.store(prefix));
        return alteration.store?.(store, prefix) ?? store;
      },
      now: () => timeline.now() + skew,
      monotonic: timeline.now,
      wait: (ms) => process.wait(ms),
      random: () => this.#dice.next(),
      dependency: (_name, port) => port,
      traceparent: () => undefined,
    };
  }

  /** Where the weather has scarcity, pools do not suffice for all; with half of the seeds they are restocked. */
  #limitPools(behaviour: Behaviour): Behaviour {
    if (this.#world.weather.scarcity === 0 || !behaviour.pools) return behaviour;
    const most = Math.ceil(this.#options.orders / 4);
    const units = Object.entries(behaviour.pools.units).map(([pool, par]) => [pool, Math.min(par, most)]);
    return { ...behaviour, pools: { units: Object.fromEntries(units), restock: this.#options.seed % 2 === 0 } };
  }

  /** Mostly a restart, sometimes an outage longer than ORDER_TIMEOUT. ms */
  #downtime(): number {
    return this.#dice.chance(0.9) ? this.#dice.between(20, 400) : this.#dice.between(500, 6_000);
  }

  #waitForCustomers(): void {
    const { timeline } = this.#world;
    if (!this.#customers.done()) timeline.after(LOOK_EVERY_MS, () => this.#waitForCustomers());
    else timeline.after(STORM_AFTER_MS, () => this.#endStorm());
  }

  #endStorm(): void {
    const { timeline } = this.#world;
    this.#world.stormy = false;
    // Some orders are only becoming stale: a snippet's schedule finds them within this time.
    const [settlesMs, within] = this.#cloud
      ? [2 * this.#settings.ORDER_TIMEOUT, SNIPPET_RESTS_WITHIN_MS]
      : [0, REST_WITHIN_MS];
    timeline.after(settlesMs, () => void this.#waitForRest(timeline.now() + within));
  }

  async #waitForRest(until: number): Promise<void> {
    const { timeline } = this.#world;
    const rested = await this.#recording.atRest(this.#cloud && DUE_SOON_MS);
    if (!rested && timeline.now() < until) {
      timeline.after(LOOK_EVERY_MS, () => void this.#waitForRest(until));
      return;
    }
    const lastedMs = timeline.now() - this.#startedAt;
    const { accepted } = this.#customers;
    this.verdict = await this.#recording.verdict(this.#options.seed, accepted, rested, lastedMs);
  }
}

/** Durations for a run of seconds. */
function settingsOf(seed: number, { expiry }: Weather, dice: Dice): Settings {
  return readSettings({
    SEED: String(seed % 2 ** 31),
    ACK_WAIT: '500ms',
    ORDER_TIMEOUT: dice.pick(['2s', '4s']),
    RESERVATION_TTL: expiry > 0 ? '1s' : '1h',
    PAYMENT_PENDING_AFTER: '300ms',
    GATEWAY_LATENCY: '20ms',
    DECLINE_RATE: '0.03',
    LOG_LEVEL: 'silent',
  });
}
