import { expect, test } from 'vitest';
import { kitchenService } from '#services/kitchen-service/service.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import type { OpenStore } from '#shared/store/store.ts';
import { createLogger } from '#shared/telemetry/logs/logger.ts';
import { anEvent, behaviourOf } from '#shared/testing/rules-bench.ts';
import { reportWaiting } from './jobs.ts';
import { entryOf, type RecordedEvent } from './recorded-event.ts';

const NOW = 100_000;
const behaviour = behaviourOf(kitchenService, { ORDER_TIMEOUT: '30m' });
const created = (storedAt: number, more: Partial<RecordedEvent> = {}) =>
  anEvent('order.created', {}, { storedAt, ...more });
const reserved = anEvent('inventory.reserved', { reservationId: 'r' }, { storedAt: NOW });
const paid = anEvent('payment.completed', { paymentId: 'p', amountCharged: 1, currency: 'GBP' }, { storedAt: NOW });
const cancelled = anEvent('order.cancelled', { reason: 'payment-failed: x' }, { own: true });

/** The order that waits for longest is due first. */
async function kitchenWith(orders: Record<string, RecordedEvent[]>): Promise<OpenStore> {
  const store = createMemoryStore({ now: () => NOW });
  for (const [id, events] of Object.entries(orders)) {
    const dueAt = events[0]?.storedAt ?? NOW;
    await store.commit(id, { version: 0, epoch: '' }, { entry: entryOf(events), dueAt });
  }
  return store;
}

async function report(store: OpenStore) {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const log = createLogger({ service: 'kitchen-service', level: 'info', destination });
  await reportWaiting(behaviour, store, log);
  return lines.map(({ level: _level, time: _time, service: _service, msg: _msg, ...fields }) => fields);
}

test('each waiting order is a line with what it waits for, for how many seconds, and its trace, the oldest first', async () => {
  const trace_id = '0af7651916cd43dd8448eb211c80319c';
  const store = await kitchenWith({
    young: [created(NOW - 1_500), reserved],
    old: [created(NOW - 30_000, { traceparent: `00-${trace_id}-b7ad6b7169203331-01` }), reserved, paid],
    decided: [created(NOW - 60_000), cancelled],
  });
  expect(await report(store)).toEqual([
    { order_id: 'old', decision: 'stuck', missing: 'chef', waiting_s: 30, trace_id },
    { order_id: 'young', decision: 'stuck', missing: 'chef+payment', waiting_s: 1.5 },
  ]);
});

test('no more than 20 orders are told, and none that is merely under way', async () => {
  const orders = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`o${n}`, [created(NOW - 5_000 + n)]]));
  expect(await report(await kitchenWith(orders))).toHaveLength(20);
  expect(await report(await kitchenWith({ fresh: [created(NOW - 999)] }))).toEqual([]);
});
