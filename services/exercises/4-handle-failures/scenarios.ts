import { pattern } from '#services/patterns/choreography/pattern.ts';
import { type Bus, withPublish } from '#shared/messaging/bus.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { Consumer } from '#shared/messaging/subscriber.ts';
import type { Verdict } from '../../../chaos/simulation/recording.ts';
import { runUniverses } from '../../../chaos/simulation/run.ts';
import { Universe } from '../../../chaos/simulation/universe.ts';
import { type FaultKind, weatherOf } from '../../../chaos/simulation/world/weather.ts';
import type { Reaction } from './reaction.ts';
import { asDesigned } from './run-reactions.ts';

/** What makes an order fail, and what is late for it. Each order has a simulated world of its own. */
export interface Scenario {
  readonly title: string;
  readonly ingredientMissing: boolean;
  readonly seeds: readonly number[];
  /** What the simulation may do to it. */
  readonly faults: readonly FaultKind[];
  /** The first deliveries to this service of this type are lost: each is repeated half a second later. */
  readonly late?: { readonly service: string; readonly type: string; readonly deliveries: number };
  /** The first publish of this type is lost. */
  readonly lost?: string;
  /** Its orders may well time out. */
  readonly stormy?: true;
}

const seeds = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
const calm = { ingredientMissing: true, seeds: seeds(6), faults: [] };

export const scenarios: readonly Scenario[] = [
  {
    title: 'payment and chef are at work before inventory finds an ingredient missing',
    ...calm,
    late: { service: 'inventory-service', type: 'order.created', deliveries: 1 },
  },
  {
    title: 'the chef hears of the order after it was cancelled',
    ...calm,
    late: { service: 'chef-service', type: 'order.created', deliveries: 1 },
  },
  {
    title: 'payment hears of the order after it was cancelled',
    ...calm,
    late: { service: 'payment-service', type: 'order.created', deliveries: 1 },
  },
  { title: 'the chef was at work when the order was cancelled', ...calm, lost: 'chef.assigned' },
  { title: 'the bank was at work when the order was cancelled', ...calm, lost: 'payment.completed' },
  {
    title: 'the reservation expires before a chef is assigned',
    ingredientMissing: false,
    seeds: seeds(40).filter((seed) => weatherOf(seed, ['expiry']).expiry > 0),
    faults: ['expiry'],
    late: { service: 'chef-service', type: 'order.created', deliveries: 3 },
  },
  {
    title: 'events come late, twice and out of order',
    ingredientMissing: true,
    seeds: seeds(24),
    faults: ['reorder', 'duplicate', 'delay', 'redelivery'],
    stormy: true,
  },
];

/** An order that went through a scenario. */
export interface Run {
  /** In the stream's order. */
  readonly published: readonly { readonly type: string; readonly afterMs: number }[];
  readonly violations: Verdict['violations'];
}

/** Runs the scenario once per seed, with one order each. */
export async function play(scenario: Scenario, reactions: readonly Reaction[]): Promise<Run[]> {
  const { ingredientMissing, faults: only } = scenario;
  const runs: Run[] = [];
  const recordings = new Map<number, Recorder>();
  const universes = scenario.seeds.map((seed) => {
    const recorder = new Recorder(scenario);
    recordings.set(seed, recorder);
    const design = { flow: pattern.flow, reactions, ingredientMissing };
    return new Universe({
      ...{ seed, orders: 1, pattern, only },
      alteration: {
        behaviour: (behaviour, service) => asDesigned(design, behaviour, service),
        bus: (bus, service) => recorder.observe(bus, service),
      },
    });
  });
  await runUniverses(universes.values(), ({ seed, violations }) =>
    runs.push({ published: recordings.get(seed)?.published ?? [], violations }),
  );
  return runs;
}

class Recorder {
  readonly published: { type: string; afterMs: number }[] = [];
  readonly #ids = new Set<string | undefined>();
  readonly #scenario: Scenario;
  #begunAt = 0;
  #lost = 0;
  #late = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  observe(bus: Bus, service: string): Bus {
    const recorded = withPublish(bus, (publish) => async (message, options) => {
      const type = typeOf(message.subject);
      if (type === this.#scenario.lost && this.#lost++ === 0) throw new Unavailable('broker');
      const ack = await publish(message, options);
      this.#note(type, message.headers);
      return ack;
    });
    const consume = ({ handle, ...consumer }: Consumer) =>
      bus.consume({
        ...consumer,
        handle: async (delivery) => (this.#isLate(service, typeOf(delivery.subject)) ? undefined : handle(delivery)),
      });
    return new Proxy(recorded, { get: (real, key) => (key === 'consume' ? consume : Reflect.get(real, key)) });
  }

  #isLate(service: string, type: string): boolean {
    const { late } = this.#scenario;
    return late?.service === service && late.type === type && this.#late++ < late.deliveries;
  }

  #note(type: string, headers: Readonly<Record<string, string>>): void {
    const id = headers['ce-id'];
    if (this.#ids.has(id)) return;
    this.#ids.add(id);
    const at = Date.parse(headers['ce-time'] ?? '');
    if (this.published.length === 0) this.#begunAt = at;
    this.published.push({ type, afterMs: at - this.#begunAt });
  }
}

const typeOf = (subject: string): string => subject.split('.').slice(1, -1).join('.');
