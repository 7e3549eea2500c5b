import { contractOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Behaviour } from '#shared/kernel/behaviour.ts';
import { type Instrumentation, noInstrumentation } from '#shared/kernel/instrumentation.ts';
import { createReactor, type Reactor } from '#shared/kernel/reactor.ts';
import { eventsOf, type RecordedEvent } from '#shared/kernel/recorded-event.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import type { WireMessage } from '#shared/messaging/publisher.ts';
import { type ReceivedEvent, readEvent } from '#shared/messaging/read-event.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import type { Store } from '#shared/store/store.ts';
import { fakeClock } from './clock.ts';

const ORDER_ID = '1';

/** A store and a broker in memory, one clock, and any number of processes of a service on them. */
export function createReactorBench(service = 'kitchen-service') {
  const clock = fakeClock();
  const store = createMemoryStore({ now: clock });
  const bus = createMemoryBus({ now: clock });
  /** The message of every try to publish, be it stored or not. */
  const tries: WireMessage[] = [];
  const milestones: string[] = [];
  const faults = {
    /** The broker is away. */
    publish: false,
    /** So many of the next commits are applied, and their answer is lost. */
    unanswered: 0,
  };
  let sequence = 0;

  const publish = async (message: WireMessage) => {
    tries.push(message);
    if (faults.publish) throw new Unavailable('broker');
    return bus.publish(message);
  };
  const commit: Store['commit'] = async (...args) => {
    const committed = await store.commit(...args);
    if (faults.unanswered === 0) return committed;
    faults.unanswered -= 1;
    throw new Unavailable('store');
  };

  return {
    clock,
    store,
    bus,
    tries,
    milestones,
    faults,
    /** Another process of the service, which remembers nothing. */
    process<State>(behaviour: Behaviour<State>, retainMs = 600_000): Reactor {
      const instrumentation: Instrumentation = {
        ...noInstrumentation,
        milestone: (_orderId, { outcome }) => void milestones.push(outcome),
      };
      return createReactor({
        flow: pizzaFlow,
        service,
        behaviour,
        bus: { ...bus, publish },
        store: { ...store, commit },
        retainMs,
        instrumentation,
        monotonic: clock,
      });
    },
    /** A message of order 1 that the stream has stored just now; delivered again it is the same one. */
    message(type: string, data: object = {}, id?: string): ReceivedEvent {
      const contract = contractOf(pizzaFlow, type);
      const draft = { type, data: { ...contract.example, orderId: ORDER_ID, ...data } };
      const event = buildEvent(pizzaFlow, draft, { orderId: ORDER_ID, source: contract.owner, now: clock() });
      const { headers, ...wire } = toWire(pizzaFlow, id ? { ...event, id } : event);
      const lowerCased = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      );
      sequence += 1;
      const body = Buffer.from(String(wire.body));
      return readEvent(pizzaFlow, { ...wire, headers: lowerCased, body, sequence, storedAt: clock() });
    },
    /** The same message a second time in the stream. */
    copyOf(received: ReceivedEvent): ReceivedEvent {
      sequence += 1;
      return { ...received, sequence };
    },
    /** Ids of every try to publish. */
    published: (): (string | undefined)[] => tries.map(({ headers }) => headers['ce-id']),
    /** How many messages the stream has of a type. */
    stored: async (type: string): Promise<number> => (await bus.read(`pizza.${type}.${ORDER_ID}`)).length,
    /** The order's events. */
    recorded: async (): Promise<RecordedEvent[]> => eventsOf(await store.load(ORDER_ID)),
  };
}
