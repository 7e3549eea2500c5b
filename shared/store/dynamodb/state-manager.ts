import type { Document, Store } from '../store.ts';

/** What an order waits for -> the field that says which payment, reservation or chef an event is about. */
const REQUIREMENTS = { payment: 'paymentId', inventory: 'reservationId', chef: 'chefId' } as const;
/** What is ready is forgotten after this time; what waits never is. */
const READY_KEPT_MS = 24 * 3_600_000;

export type Requirement = keyof typeof REQUIREMENTS;
export type EventData = Readonly<Record<string, unknown>>;
type Recorded = { readonly type: Requirement; readonly data: EventData; readonly at: string };

export interface OrderState {
  readonly orderId: string;
  /** The first event of each requirement. */
  readonly events: Readonly<Partial<Record<Requirement, EventData>>>;
  /** Later ones, about another payment, reservation or chef: somebody must undo them. */
  readonly surplus: readonly EventData[];
  readonly status: 'waiting' | 'ready';
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The workshop's `state-manager.ts` on a store: any number of processes may record events of one order at the same time. */
export function createStateManager(store: Pick<Store, 'load' | 'commit'>) {
  return {
    /** Records an event once, however often it comes. Resolves with the order's state, this event included. */
    async recordEvent(orderId: string, type: Requirement, data: EventData): Promise<OrderState> {
      const isSame = (one: Recorded) => one.type === type && one.data[REQUIREMENTS[type]] === data[REQUIREMENTS[type]];
      for (let seen = await store.load(orderId); ; ) {
        const known = recordedIn(seen);
        if (known.some(isSame)) return stateOf(orderId, known);
        const recorded = { type, data, at: new Date(seen.now).toISOString() };
        const state = stateOf(orderId, [...known, recorded]);
        const expiry = isReady(state) ? { expireAfterMs: READY_KEPT_MS } : {};
        const committed = await store.commit(orderId, seen, { entry: JSON.stringify(recorded), ...expiry });
        if (committed.outcome !== 'beaten') return state;
        // Another event of the order was faster: this one is added to what that one left.
        seen = committed.document;
      }
    },
    async getOrderState(orderId: string): Promise<OrderState | undefined> {
      const known = recordedIn(await store.load(orderId));
      return known.length > 0 ? stateOf(orderId, known) : undefined;
    },
    isReady,
  };
}

const isReady = ({ status }: OrderState): boolean => status === 'ready';
const recordedIn = ({ entries }: Document): Recorded[] => entries.map((entry) => JSON.parse(entry));

function stateOf(orderId: string, recorded: readonly Recorded[]): OrderState {
  const first = recorded.filter(({ type }, index) => recorded.findIndex((one) => one.type === type) === index);
  const events = Object.fromEntries(first.map(({ type, data }) => [type, data]));
  const surplus = recorded.filter((one) => !first.includes(one)).map(({ data }) => data);
  const status = first.length === Object.keys(REQUIREMENTS).length ? 'ready' : 'waiting';
  return { orderId, events, surplus, status, createdAt: recorded[0]?.at ?? '', updatedAt: recorded.at(-1)?.at ?? '' };
}
