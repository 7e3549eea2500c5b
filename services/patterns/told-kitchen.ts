import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import type { Circumstances, Decision } from '#shared/kernel/rules.ts';
import type { Service } from '#shared/runtime/service.ts';

interface State {
  /** The event that says that everything is there. */
  readonly told?: RecordedEvent;
  readonly ready?: true;
}

/** A kitchen that waits for nobody: one event names all that was done for the order, and it makes the pizza. */
export const kitchenToldBy = (type: string): Service => ({
  name: 'kitchen-service',
  reacts: ({ outcomes }) => ({ [type]: [outcomes.ready] }),
  behaviour: ({ flow: { outcomes, requirements, readyStatus: status } }) => ({
    rules: {
      initial: {},
      evolve: (state: State, event: RecordedEvent): State =>
        event.own ? { ...state, ready: true } : { ...state, told: state.told ?? event },
      decide({ told, ready }: State, { orderId }: Circumstances): Decision {
        if (!told || ready) return {};
        const correlationData = Object.fromEntries(
          requirements.map(({ businessId }) => [businessId, told.data[businessId]]),
        );
        const data = { orderId, status, correlationData };
        return { publish: [{ type: outcomes.ready, cause: told.id, data }] };
      },
      isClosed: () => true,
    },
  }),
});
