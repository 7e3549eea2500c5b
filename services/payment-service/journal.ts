import { movedBy } from '#shared/contracts/payment.ts';
import type { PizzaEventData } from '#shared/contracts/pizza-flow.ts';
import type { Table } from '#shared/kernel/behaviour.ts';
import { type EventOf, entryOf, eventsOf, type RecordedEvent } from '#shared/kernel/recorded-event.ts';
import type { OpenStore } from '#shared/store/store.ts';
import type { ChargeAnswer } from './gateway.ts';

/** What the gateway did for a payment id, and when it answers. */
export interface ChargeEntry {
  readonly orderId?: string | undefined;
  readonly answer: ChargeAnswer;
  /** Ms since the epoch. */
  readonly answersAt: number;
}

const CHARGE = 'charge';
const REFUND = 'refund';

/** The simulated gateway's own books, apart from payment's data, so that an audit can reconcile both. One document per payment id. */
export function createJournal(store: OpenStore, retainMs: number) {
  return {
    /** The first outcome of a payment id is final. */
    async charge(paymentId: string, entry: ChargeEntry): Promise<ChargeEntry> {
      const change = { entry: entryOf([chargeOf(entry)]), expireAfterMs: retainMs };
      const committed = await store.commit(paymentId, { version: 0, epoch: '' }, change);
      return (committed.outcome === 'beaten' && chargeIn(eventsOf(committed.document))) || entry;
    },
    /** Undefined when there was no charge. */
    read: async (paymentId: string): Promise<ChargeEntry | undefined> =>
      chargeIn(eventsOf(await store.load(paymentId))),
    /** Idempotent. */
    async refund(paymentId: string): Promise<void> {
      const document = await store.load(paymentId);
      if (eventsOf(document).some(({ id }) => id === REFUND)) return;
      const change = { entry: entryOf([recordOf(REFUND, {})]), expireAfterMs: retainMs };
      await store.commit(paymentId, document, change);
    },
  };
}

const recordOf = (id: string, data: RecordedEvent['data'], at = 0): RecordedEvent => ({
  id,
  type: `gateway.${id}`,
  data,
  occurredAt: at,
  storedAt: at,
});
const chargeOf = ({ orderId, answer, answersAt }: ChargeEntry): RecordedEvent =>
  recordOf(CHARGE, { ...(orderId && { orderId }), answer, answersAt }, answersAt);

export function chargeIn(events: readonly RecordedEvent[]): ChargeEntry | undefined {
  const data: object | undefined = events.find(({ id }) => id === CHARGE)?.data;
  return data as ChargeEntry | undefined;
}

export const isRefunded = (events: readonly RecordedEvent[]): boolean => events.some(({ id }) => id === REFUND);

/** For a rebuild: a real gateway keeps its books, this one may lose them with payment's data. What it did was published. */
export const journalTable = (store: OpenStore, retainMs: number): Table => ({
  store,
  retainMs,
  rules: { initial: undefined, evolve: () => undefined, decide: () => ({}), isClosed: () => true },
  recordsOf(_orderId, event) {
    const published = event as EventOf<PizzaEventData, 'payment.completed' | 'payment.refunded'> | Irrelevant;
    if (published.type !== 'payment.completed' && published.type !== 'payment.refunded') return [];
    const { orderId, paymentId } = published.data;
    const answer: ChargeAnswer = { status: 'captured', ...movedBy(published.data) };
    const charge = chargeOf({ orderId, answer, answersAt: event.storedAt });
    const events = published.type === 'payment.refunded' ? [charge, recordOf(REFUND, {}, event.storedAt)] : [charge];
    return events.map((one) => ({ id: paymentId, event: one }));
  },
});

type Irrelevant = EventOf<Record<'irrelevant', object>>;
