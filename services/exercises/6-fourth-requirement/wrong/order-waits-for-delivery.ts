import type { Service } from '#shared/runtime/service.ts';
import { deliveryService as right } from '../solution.ts';

export * from '../solution.ts';

const behaviourOf = right.behaviour as NonNullable<Service['behaviour']>;

/** What is too small is not booked, and nobody needs to hear of it. */
export const deliveryService: Service = {
  ...right,
  behaviour(ports) {
    const { rules } = behaviourOf(ports);
    return {
      rules: {
        ...rules,
        decide(state, circumstances) {
          const { publish = [] } = rules.decide(state, circumstances);
          return { publish: publish.filter(({ type }) => type !== 'delivery.refused') };
        },
      },
    };
  },
};
