import { contractOf, type Flow } from '#shared/contracts/flow.ts';
import { type Bus, withPublish } from '#shared/messaging/bus.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { WireMessage } from '#shared/messaging/publisher.ts';
import type { Consumer } from '#shared/messaging/subscriber.ts';
import type { Pattern } from '#shared/runtime/pattern.ts';
import type { Verdict } from '../../chaos/simulation/recording.ts';
import { runUniverses } from '../../chaos/simulation/run.ts';
import { type Alteration, Universe } from '../../chaos/simulation/universe.ts';
import type { FaultKind } from '../../chaos/simulation/world/weather.ts';

/** What happens to an order that has a simulated world of its own, so that a failure is shown by one order. */
export interface Scenario {
  readonly title: string;
  /** One order each. */
  readonly seeds: readonly number[];
  readonly faults: readonly FaultKind[];
  /** The first deliveries to this service of this type are lost: each is repeated half a second later. */
  readonly late?: { readonly service: string; readonly type: string; readonly deliveries: number };
  /** The first publish of this type is lost. */
  readonly lost?: string;
  /** Its orders may well time out. */
  readonly stormy?: true;
}

export const seeds = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

export interface Run {
  /** In the stream's order. */
  readonly published: readonly Published[];
  readonly violations: Verdict['violations'];
}

interface Published {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly afterMs: number;
  readonly sequence: number;
}

/** Runs the scenario once per seed; the orders with the fewest events come first. */
export async function runOrders(
  scenario: Scenario,
  pattern: Pattern,
  behaviour?: Alteration['behaviour'],
): Promise<Run[]> {
  const runs: Run[] = [];
  const recorders = new Map(scenario.seeds.map((seed) => [seed, new Recorder(scenario)]));
  const universes = [...recorders].map(([seed, recorder]) => {
    const bus = (real: Bus, service: string) => recorder.observe(real, service);
    const alteration = { bus, ...(behaviour && { behaviour }) };
    return new Universe({ seed, orders: 1, pattern, only: scenario.faults, alteration });
  });
  await runUniverses(universes.values(), ({ seed, violations }) =>
    runs.push({ published: recorders.get(seed)?.inOrder() ?? [], violations }),
  );
  return runs.sort((a, b) => a.published.length - b.published.length);
}

export const placeOf = ({ published }: Run, ...types: readonly string[]): number =>
  published.findIndex(({ type }) => types.includes(type));

/** What the audit says, when the run violates one of these invariants. */
export function violated({ violations }: Run, ...names: readonly string[]): string | undefined {
  const found = violations.find(({ invariant }) => names.includes(invariant));
  return found && `the audit says, ${found.invariant}: ${found.detail}`;
}

export const timelineOf = ({ published }: Run, flow: Flow): string[] =>
  published.map(({ type, afterMs }) => {
    const after = (afterMs / 1_000).toFixed(3).padStart(6);
    return `${after} s  ${type.padEnd(22)}${contractOf(flow, type).owner}`;
  });

/** Notes what is published, and loses what the scenario says. */
class Recorder {
  readonly #published: Published[] = [];
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
      if (typeOf(message) === this.#scenario.lost && this.#lost++ === 0) throw new Unavailable('broker');
      const ack = await publish(message, options);
      this.#note(message, ack.sequence);
      return ack;
    });
    const consume = ({ handle, ...consumer }: Consumer) =>
      bus.consume({
        ...consumer,
        handle: async (delivery) => (this.#isLate(service, typeOf(delivery)) ? undefined : handle(delivery)),
      });
    return new Proxy(recorded, { get: (real, key) => (key === 'consume' ? consume : Reflect.get(real, key)) });
  }

  /** A PubAck may arrive after that of a later event. */
  inOrder(): Published[] {
    return this.#published.toSorted((a, b) => a.sequence - b.sequence);
  }

  #isLate(service: string, type: string): boolean {
    const { late } = this.#scenario;
    return late?.service === service && late.type === type && this.#late++ < late.deliveries;
  }

  #note(message: WireMessage, sequence: number): void {
    const { 'ce-id': id, 'ce-time': time = '' } = message.headers;
    if (this.#ids.has(id) || message.subject.startsWith('dlq.')) return;
    this.#ids.add(id);
    const at = Date.parse(time);
    if (this.#published.length === 0) this.#begunAt = at;
    const data = JSON.parse(String(message.body));
    this.#published.push({ type: typeOf(message), data, afterMs: at - this.#begunAt, sequence });
  }
}

/** Of `pizza.payment.completed.<orderId>`. */
const typeOf = ({ subject }: { readonly subject: string }): string => subject.split('.').slice(1, -1).join('.');
