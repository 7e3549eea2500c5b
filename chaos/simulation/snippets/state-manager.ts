import type { Data, OrderState, Requirement, SnippetPorts } from './snippet.ts';

const TTL_HOURS = 24;

type StatePorts = Pick<SnippetPorts, 'table' | 'now'>;

/** The workshop's state-manager.ts: what happens between Get and Put is overwritten by the Put. */
export function stateManager({ table, now }: StatePorts) {
  const timestamp = () => new Date(now()).toISOString();

  const created = (orderId: string): OrderState => ({
    orderId,
    events: {},
    status: 'waiting',
    ttl: Math.floor(now() / 1_000) + TTL_HOURS * 3_600,
    createdAt: timestamp(),
    updatedAt: timestamp(),
  });

  return {
    getOrderState: (orderId: string) => table.get(orderId),

    async recordEvent(orderId: string, requirement: Requirement, data: Data): Promise<OrderState> {
      const existing = await table.get(orderId);
      const state = existing ?? created(orderId);
      state.events = { ...state.events, [requirement]: data };
      state.updatedAt = timestamp();
      const { payment, inventory, chef } = state.events;
      if (payment && inventory && chef) state.status = 'ready';
      await table.put(state);
      return state;
    },

    /** Named by the workshop, not shown. */
    async updateOrderStatus(orderId: string, status: string): Promise<void> {
      const existing = await table.get(orderId);
      await table.put({ ...(existing ?? created(orderId)), status, updatedAt: timestamp() });
    },

    /** Named by the workshop, not shown. */
    scanWaitingOrders: (threshold: number) =>
      table.scan(({ status, createdAt }) => status === 'waiting' && Date.parse(createdAt) < threshold),

    isReady: ({ status }: OrderState): boolean => status === 'ready',
  };
}
