import {
  emitReady,
  emitTimeout,
  isComplete,
  isStale,
  type Kitchen,
  newOrder,
  type OrderState,
  type Ports,
  requirementOf,
} from './kitchen.ts';

/** Read, decide, write if nobody else wrote meanwhile, publish under an id that follows from the order. */
export function startKitchen(ports: Ports): Kitchen {
  const { table, now } = ports;

  /** Resolves with what is stored in the end; `change` returns undefined where there is nothing to change. */
  async function update(orderId: string, change: (state: OrderState) => Partial<OrderState> | undefined) {
    for (;;) {
      const seen = await table.get(orderId);
      const state = seen ?? newOrder(orderId, now());
      const changes = change(state);
      if (!changes) return state;
      const next = { ...state, ...changes, updatedAt: new Date(now()).toISOString() };
      if (await table.put(next, seen)) return next;
    }
  }

  /** Also where it was decided before: whoever decided may have died before it published. */
  async function publish(state: OrderState): Promise<void> {
    const { orderId, status } = state;
    if (status === 'ready') await emitReady(ports, state, `kitchen-${orderId}-ready-001`);
    if (status !== 'timeout') return;
    await emitTimeout(ports, state, `order-${orderId}-timeout-001`);
    await update(orderId, () => ({ status: 'timeout-published' }));
  }

  return {
    async handleEvent({ type, data }) {
      const requirement = requirementOf(type);
      if (!requirement) return;
      const state = await update(data.orderId, ({ status, events: known }) => {
        if (status !== 'waiting' || known[requirement]) return undefined;
        const events = { ...known, [requirement]: data };
        return { events, status: isComplete(events) ? 'ready' : 'waiting' };
      });
      await publish(state);
    },

    /** A timeout has no event that would be delivered again: the next scan finds it until it is published. */
    async onSchedule() {
      const found = await table.scan(
        (order) => order.status === 'timeout' || (order.status === 'waiting' && isStale(order, now())),
      );
      for (const { orderId } of found)
        await publish(
          await update(orderId, ({ status }) => (status === 'waiting' ? { status: 'timeout' } : undefined)),
        );
    },
  };
}
