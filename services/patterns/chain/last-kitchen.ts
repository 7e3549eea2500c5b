import type { Flow } from '#shared/contracts/flow.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import type { Service } from '#shared/runtime/service.ts';
import { correlator } from '../../kitchen-service/service.ts';
import { evolveFor, type KitchenState } from '../../kitchen-service/state.ts';

/**
 * The end of the chain. It waits for nothing: each event that reaches it names all that was done for the order, so it decides on
 * that one. What a correlator learns from one event each, it reads out of the forwarded data.
 */
export const lastKitchen: Service = {
  name: 'kitchen-service',
  reacts: ({ outcomes: { ready, cancelled } }) => ({
    'payment.failed': [cancelled],
    'inventory.unavailable': [cancelled, 'payment.refund'],
    'inventory.expired': [cancelled, 'payment.refund', 'inventory.release'],
    'chef.unavailable': [cancelled, 'payment.refund', 'inventory.release'],
    'chef.assigned': [ready, 'payment.refund', 'inventory.release', 'chef.release'],
  }),
  behaviour({ flow, settings }) {
    const { rules, ...behaviour } = correlator({ ...flow, orderTimeout: settings.ORDER_TIMEOUT });
    const evolve = evolveFor(flow);
    return {
      ...behaviour,
      rules: {
        ...rules,
        evolve: (state: KitchenState, event: RecordedEvent) => fulfilmentsIn(flow, event).reduce(evolve, state),
      },
    };
  },
};

const fulfilmentsIn = ({ requirements }: Flow, event: RecordedEvent): RecordedEvent[] => {
  const done = event.own ? [] : requirements.filter(({ businessId }) => event.data[businessId] !== undefined);
  return [...done.map(({ fulfilled }) => ({ ...event, type: fulfilled })), event];
};
