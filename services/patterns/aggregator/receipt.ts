import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import type { Circumstances, Decision } from '#shared/kernel/rules.ts';
import type { Service } from '#shared/runtime/service.ts';
import { CONFIRMED } from './contract.ts';

interface State {
  readonly confirmed?: RecordedEvent;
  readonly issued?: true;
}

/** A second consumer of the combined event: it needs what payment and chef said, and waits for neither. */
export const receiptService: Service = {
  name: 'receipt-service',
  reacts: () => ({ [CONFIRMED]: ['receipt.issued'] }),
  behaviour: () => ({
    rules: {
      initial: {},
      evolve: (state: State, event: RecordedEvent): State =>
        event.own ? { ...state, issued: true } : { ...state, confirmed: state.confirmed ?? event },
      decide({ confirmed, issued }: State, { orderId }: Circumstances): Decision {
        if (!confirmed || issued) return {};
        const { amountCharged, currency, transactionId, chefName } = confirmed.data;
        const text = `Paid ${currency} ${amountCharged}, ${transactionId}. Your chef: ${chefName}`;
        const data = { orderId, receiptId: `rec-${orderId}-001`, text: text.slice(0, 100) };
        return { publish: [{ type: 'receipt.issued', cause: confirmed.id, data }] };
      },
      isClosed: () => true,
    },
  }),
};
