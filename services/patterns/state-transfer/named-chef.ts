import type { Behaviour } from '#shared/kernel/behaviour.ts';
import type { Service } from '#shared/runtime/service.ts';
import { roster } from '../../chef-service/roster.ts';
import { ACCEPTED } from './contract.ts';

/** The chef service of orders that name their chef already: it assigns that one, or reports that the chef is busy. */
export const assigningTheNamed = (service: Service): Service => ({
  ...service,
  behaviour(ports) {
    const own = service.behaviour?.(ports) as Behaviour<object>;
    const { rules } = own;
    return {
      ...own,
      rules: {
        ...rules,
        evolve(state: Naming, event) {
          const named = event.type === ACCEPTED ? { named: event.data.chefId } : {};
          return { ...state, ...rules.evolve(state, event), ...named };
        },
        decide(state: Naming, { insufficient, ...circumstances }) {
          const others = roster.map(({ chefId }) => chefId).filter((chefId) => state.named && chefId !== state.named);
          return rules.decide(state, { ...circumstances, insufficient: [...insufficient, ...others] });
        },
      },
    } as Behaviour;
  },
});

interface Naming {
  readonly named?: unknown;
}
