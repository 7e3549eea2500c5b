import type { Flow } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { advance } from '#shared/kernel/advance.ts';
import type { Behaviour, Outcome } from '#shared/kernel/behaviour.ts';
import { systemClock } from '#shared/kernel/clock.ts';
import type { Milestone } from '#shared/kernel/instrumentation.ts';
import { createOwnEvents } from '#shared/kernel/own-events.ts';
import { find, type RecordedEvent } from '#shared/kernel/recorded-event.ts';
import type { Circumstances, Effect, Rules, Tally } from '#shared/kernel/rules.ts';
import { draftId } from '#shared/messaging/build-event.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import type { Pattern } from '#shared/runtime/pattern.ts';
import type { Service, ServicePorts } from '#shared/runtime/service.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';

/** The order of every event of a bench. */
export const ORDER_ID = '1';

/** An event of order 1, with the id that its owner would give it. `storedAt` and `occurredAt`: 0 unless told otherwise. */
export const eventIn =
  (flow: Flow) =>
  (type: string, data: object = {}, more: Partial<RecordedEvent> = {}): RecordedEvent => {
    const full = { orderId: ORDER_ID, ...data };
    const id = flow.events[type] ? draftId(flow, ORDER_ID, { type, data: full }) : type;
    return { id, type, data: full, occurredAt: 0, storedAt: 0, ...more };
  };
export const anEvent = eventIn(pizzaFlow);

/** What happens: an event comes, or somebody looks at the order; `now` and `insufficient` stay as they are from then on. */
export type Happening = RecordedEvent | Partial<Omit<Circumstances, 'orderId'>>;

export interface Result<State> {
  readonly state: State;
  /** Consumed, published and learnt, in the order in which they were recorded. */
  readonly events: readonly RecordedEvent[];
  /** Of what was published: `payment.refund pay-1-001 order-timeout`. */
  readonly published: readonly string[];
  /** Owed in the end. */
  readonly effects: readonly Effect[];
  readonly tally: Tally;
  readonly holds: Tally;
  readonly dueAt: number | undefined;
  readonly isClosed: boolean;
  /** How the last event ended. */
  readonly outcome: Outcome | undefined;
  /** Of the step that ended the order. */
  readonly milestone: Milestone | undefined;
}

/** A service's behaviour, on a memory store and a gateway that answers at once. */
export function behaviourOf<State>(
  service: Service,
  env: Record<string, string> = {},
  ports: Partial<ServicePorts> = {},
): Behaviour<State> {
  const behaviour = service.behaviour?.({
    ...systemClock,
    flow: pizzaFlow,
    settings: readSettings({ GATEWAY_LATENCY: '0ms', ...env }),
    openStore: () => createMemoryStore(),
    dependency: <T>(_name: string, port: T) => port,
    ...ports,
  } as ServicePorts);
  if (!behaviour) throw new TypeError(`${service.name} has no behaviour`);
  return behaviour as Behaviour<State>;
}

/** The bench of one service of a pattern, and the pattern's events. */
export function benchOf({ flow, services }: Pattern, name: string, env: Record<string, string> = {}) {
  const service = services.find((one) => one.name === name);
  if (!service) throw new TypeError(`the pattern has no ${name}`);
  return { ...createBench(service, behaviourOf(service, env, { flow }), flow), anEvent: eventIn(flow) };
}

/** Given / when / then for the rules of a service, without a store or a broker. */
export function createBench<State>(
  { name: service }: Pick<Service, 'name'>,
  behaviour: Behaviour<State>,
  flow = pizzaFlow,
) {
  const { rules } = behaviour;
  const own = createOwnEvents({ flow, service, bus: createMemoryBus(), traceparent: () => undefined });
  const known = (event: RecordedEvent): RecordedEvent =>
    flow.events[event.type]?.owner === service ? { ...event, own: true } : event;

  return {
    /** Events one after the other, each followed by a decision, as the service lives it. A duplicate is not recorded. */
    given(...happenings: readonly Happening[]): Result<State> {
      let circumstances = { orderId: ORDER_ID, now: 0, caughtUp: false, insufficient: [] as readonly string[] };
      const events: RecordedEvent[] = [];
      let [state, effects]: [State, readonly Effect[]] = [rules.initial, []];
      let [outcome, milestone]: [Outcome | undefined, Milestone | undefined] = [undefined, undefined];
      for (const happening of happenings) {
        const event = 'type' in happening ? known(happening) : undefined;
        circumstances = { ...circumstances, caughtUp: false, ...(event ? {} : happening) };
        const { now } = circumstances;
        const incoming = event && !find(flow, events, event) ? [event] : [];
        const before = state;
        const advanced = advance(rules, state, incoming, circumstances, (draft, recent) =>
          own.record(ORDER_ID, draft, [...events, ...recent], now),
        );
        events.push(...advanced.appended);
        ({ state, effects } = advanced);
        if (event) outcome = incoming.length > 0 ? (behaviour.outcomeOf?.(before, event, state) ?? 'ok') : 'duplicate';
        milestone = behaviour.milestoneOf?.(before, state, now) ?? milestone;
      }
      return { ...resultOf(rules, events, state, circumstances.now), effects, outcome, milestone };
    },
    /** Events that are history, as a rebuild folds them: nothing is decided. */
    rebuilt(...history: readonly RecordedEvent[]): Result<State> {
      const events = history.map(known);
      const state = events.reduce((before, event) => rules.evolve(before, event), rules.initial);
      return { ...resultOf(rules, events, state, 0), effects: [], outcome: undefined, milestone: undefined };
    },
    /** What is owed in a state, by type of event and id of effect. */
    owedIn(state: State, circumstances: Partial<Circumstances> = {}): string[] {
      const all = { orderId: ORDER_ID, now: 0, caughtUp: false, insufficient: [], ...circumstances };
      const { publish = [], effects = [] } = rules.decide(state, all);
      return [...publish.map(lineOf), ...effects.map(({ id }) => id)];
    },
  };
}

function resultOf<State>(rules: Rules<State>, events: readonly RecordedEvent[], state: State, now: number) {
  return {
    state,
    events,
    published: events.filter((event) => event.own).map(lineOf),
    tally: rules.tally?.(state) ?? {},
    holds: rules.holds?.(state) ?? {},
    dueAt: rules.dueAt?.(state, now),
    isClosed: rules.isClosed(state),
  };
}

/** Type and data without the order's id, which is the first of them. */
const lineOf = ({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): string =>
  [type, ...Object.values(data).slice(1)]
    .flat()
    .map((value) => (typeof value === 'object' ? JSON.stringify(value) : value))
    .join(' ');
