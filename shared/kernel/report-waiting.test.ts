import { expect, test } from 'vitest';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import type { Change, CorrelationStore } from '#shared/store/store.ts';
import { createLogger } from '#shared/telemetry/logger.ts';
import { reportStuck } from './report-stuck.ts';

const NOW = 100_000;

async function kitchenWith(orders: Record<string, Partial<Change>>): Promise<CorrelationStore> {
  const store = createMemoryStore({ now: () => NOW });
  for (const [id, change] of Object.entries(orders)) await store.commit(id, 0, { state: {}, dueAt: NOW, ...change });
  return store;
}

async function report(store: CorrelationStore, limit?: number) {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const log = createLogger({ service: 'kitchen-service', level: 'info', destination });
  await reportStuck({ store, log, ...(limit && { limit }) });
  return lines.map(({ level: _level, time: _time, service: _service, msg: _msg, ...fields }) => fields);
}

test('each waiting order is a line with what it waits for and for how many seconds, the oldest first', async () => {
  const store = await kitchenWith({
    young: { group: 'chef+payment', since: NOW - 1_500 },
    old: { group: 'chef', since: NOW - 30_000 },
    decided: { since: NOW - 60_000 },
  });
  expect(await report(store)).toEqual([
    { order_id: 'old', decision: 'stuck', missing: 'chef', waiting_s: 30 },
    { order_id: 'young', decision: 'stuck', missing: 'chef+payment', waiting_s: 1.5 },
  ]);
});

test('no more orders than the limit are told, and none that is merely under way', async () => {
  const orders = Object.fromEntries(
    Array.from({ length: 30 }, (_, n) => [`o${n}`, { group: 'chef', since: NOW - 5_000 + n }]),
  );
  expect(await report(await kitchenWith(orders))).toHaveLength(20);
  expect(await report(await kitchenWith(orders), 3)).toHaveLength(3);
  expect(await report(await kitchenWith({ fresh: { group: 'chef', since: NOW - 999 } }))).toEqual([]);
});
