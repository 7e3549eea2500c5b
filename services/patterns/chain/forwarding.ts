import { contractOf, type Flow } from '#shared/contracts/flow.ts';
import type { Behaviour } from '#shared/kernel/behaviour.ts';
import type { Service } from '#shared/runtime/service.ts';
import { described } from '../described.ts';
import { links } from './contract.ts';

/** All data of the event that made it begin: the next link and the kitchen need them, whatever this one makes of them. */
type Link<State> = State & { readonly carried?: Readonly<Record<string, unknown>> };

/** A service as a link of the chain: its rules as they are, and what it publishes carries all that came before. */
export const forwarding = (service: Service): Service => ({
  ...service,
  behaviour(ports) {
    if (!service.behaviour) throw new TypeError(`${service.name} has no rules`);
    return linked(service.behaviour(ports) as Behaviour<object>, ports.flow, linkOf(ports.flow, service.name));
  },
});

const linkOf = (flow: Flow, service: string): string =>
  Object.keys(links).find((before) => links[before]?.some((type) => contractOf(flow, type).owner === service)) ?? '';

const linked = <State extends object>(
  behaviour: Behaviour<State>,
  flow: Flow,
  before: string,
): Behaviour<Link<State>> => ({
  ...behaviour,
  rules: {
    ...behaviour.rules,
    evolve(state, event) {
      const carried = state.carried ?? (event.type === before ? described(flow, before, event.data) : undefined);
      return { ...behaviour.rules.evolve(state, event), ...(carried && { carried }) };
    },
    decide(state, circumstances) {
      const { publish = [], ...others } = behaviour.rules.decide(state, circumstances);
      const forwards = links[before] ?? [];
      const drafts = publish.map((draft) =>
        forwards.includes(draft.type) ? { ...draft, data: { ...state.carried, ...draft.data } } : draft,
      );
      return { ...others, publish: drafts };
    },
  },
});
