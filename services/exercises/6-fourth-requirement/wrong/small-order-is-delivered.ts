import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import type { Service } from '#shared/runtime/service.ts';
import { deliveryService as right } from '../solution.ts';

export * from '../solution.ts';

const behaviourOf = right.behaviour as NonNullable<Service['behaviour']>;

/** A courier for everybody. */
export const deliveryService: Service = {
  ...right,
  behaviour(ports) {
    const { rules } = behaviourOf(ports);
    const evolve = (state: unknown, event: RecordedEvent) =>
      rules.evolve(state, { ...event, data: { ...event.data, totalAmount: 100 } });
    return { rules: { ...rules, evolve } };
  },
};
