import type { Behaviour, Learnt } from '#shared/kernel/behaviour.ts';
import type { Effect } from '#shared/kernel/rules.ts';
import type { Service, ServicePorts } from '#shared/runtime/service.ts';
import { ACCEPTED } from './contract.ts';

type Data = Readonly<Record<string, unknown>>;

interface Announcement<State> {
  readonly type: string;
  /** It is owed, once per order, after one of these events and all that the owner itself does for the order. */
  readonly after: readonly string[];
  /** The data besides the order's id. `now`: ms since the epoch. */
  readonly data: (ports: ServicePorts) => (state: State, now: number) => Promise<Data>;
}

type Announcing<State> = State & {
  /** Id of the event that it is owed for. */
  readonly owed?: string;
  readonly learnt?: Data;
  readonly announced?: true;
};
type Learn<State> = Effect & { readonly state: State; readonly now: number };

const LEARNT = 'announcement.learnt';

/** A service with its rules as they are, which also tells others of its data, so that they can keep a copy. */
export function announcing<State extends object>(
  service: Service,
  { type, after, data }: Announcement<State>,
): Service {
  return {
    ...service,
    reacts(flow) {
      const reacts = service.reacts(flow);
      // An event of its own has the acceptance as cause.
      const causes = after.map((event) => (reacts[event] ? event : ACCEPTED));
      return { ...reacts, ...Object.fromEntries(causes.map((cause) => [cause, [...(reacts[cause] ?? []), type]])) };
    },
    behaviour(ports): Behaviour<Announcing<State>> {
      const own = service.behaviour?.(ports) as Behaviour<State>;
      const { rules } = own;
      const learn = data(ports);
      return {
        ...own,
        rules: {
          ...rules,
          evolve(state, event) {
            if (event.type === LEARNT) return { ...state, learnt: event.data };
            if (event.type === type) return { ...state, announced: true };
            const owed = state.owed ?? (after.includes(event.type) ? (event.causationId ?? event.id) : undefined);
            return { ...state, ...rules.evolve(state, event), ...(owed && { owed }) };
          },
          decide(state, circumstances) {
            const decision = rules.decide(state, circumstances);
            const isBusy = [...(decision.publish ?? []), ...(decision.effects ?? [])].length > 0;
            if (isBusy || !state.owed || state.announced) return decision;
            const { orderId, now } = circumstances;
            if (!state.learnt) return { effects: [{ id: LEARNT, state, now } as Learn<State>] };
            return { publish: [{ type, cause: state.owed, data: { orderId, ...state.learnt } }] };
          },
        },
        async perform(effect): Promise<Learnt | undefined> {
          if (effect.id !== LEARNT) return own.perform?.(effect);
          const { state, now } = effect as Learn<State>;
          return { id: LEARNT, type: LEARNT, data: await learn(state, now) };
        },
      };
    },
  };
}
