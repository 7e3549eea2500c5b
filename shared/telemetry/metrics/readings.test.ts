import { describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import type { Counters } from '#shared/store/store.ts';
import { createServiceMetrics } from './service-metrics.ts';

const empty: Counters = {
  counters: {},
  oldestDueAt: undefined,
  pools: {},
  now: 100_000,
};

async function expose(service: string, answer: () => Promise<Counters>, bus = createMemoryBus()) {
  const metrics = createServiceMetrics({
    flow: pizzaFlow,
    service,
    reacts: service === 'order-service' ? [] : ['order.created'],
    orderTimeoutMs: 30_000,
  });
  const store = { ...createMemoryStore(), counters: answer };
  await using _watching = disposable(await metrics.watch({ bus, store }));
  const lines = (await metrics.scrape()).split('\n').filter((line) => !line.startsWith('#'));
  return (pattern: RegExp) => lines.filter((line) => pattern.test(line));
}

const disposable = ({ stop }: { stop(): Promise<void> }) => ({ stop, [Symbol.asyncDispose]: stop });

it('every service tells of all durables, so that the backlog of a dead one is seen', async () => {
  const bus = createMemoryBus();
  for (const durable of ['chef-service', 'kitchen-service'])
    await (await bus.consume({ durable, filters: ['pizza.>'], handle: async () => undefined })).drain();
  await bus.publish({ subject: 'pizza.order.created.1', headers: {}, body: '{}' });
  for (const service of ['order-service', 'kitchen-service']) {
    const find = await expose(service, async () => empty, bus);
    expect(find(/^pizza_consumer_pending/)).toEqual([
      `pizza_consumer_pending{service="${service}",durable="chef-service"} 1`,
      `pizza_consumer_pending{service="${service}",durable="kitchen-service"} 1`,
    ]);
  }
});

describe('what the store counts', () => {
  it('is shown as the kitchen counts it, with every known series at zero', async () => {
    const find = await expose('kitchen-service', async () => ({
      ...empty,
      counters: {
        'waiting:chef': 5,
        'waiting:chef+payment': 0,
        'stage:created': 9,
        'resolved:timeout:chef+payment:none': 2,
        'resolved:cancelled:none:payment-failed': 3,
        'compensation:payment.refund:late': 4,
        'money:sold:GBP': 1_599,
        'money:sold:JPY': 900,
        'money:held:GBP': 250,
      },
      oldestDueAt: 128_500,
    }));
    expect(find(/^pizza_order_stage_total/)).toHaveLength(7);
    expect(find(/^pizza_order_stage_total/)).toContain('pizza_order_stage_total{stage="created"} 9');
    expect(find(/^pizza_orders_resolved_total/)).toHaveLength(1 + 7 + 4);
    expect(find(/^pizza_orders_resolved_total.* [1-9]/)).toEqual([
      'pizza_orders_resolved_total{outcome="timeout",missing="chef+payment",reason="none"} 2',
      'pizza_orders_resolved_total{outcome="cancelled",missing="none",reason="payment-failed"} 3',
    ]);
    expect(find(/^pizza_compensations_total.* [1-9]/)).toEqual([
      'pizza_compensations_total{kind="payment.refund",reason="late"} 4',
    ]);
    expect(find(/^pizza_money_/)).toEqual([
      'pizza_money_total{flow="sold",currency="GBP"} 1599',
      'pizza_money_total{flow="sold",currency="JPY"} 900',
      'pizza_money_held{currency="GBP"} 250',
    ]);
    expect(find(/^pizza_orders_waiting/)).toHaveLength(7);
    expect(find(/^pizza_orders_waiting.* [1-9]/)).toEqual(['pizza_orders_waiting{missing="chef"} 5']);
    expect(find(/^pizza_(sweeper|oldest)/)).toEqual([
      'pizza_oldest_waiting_seconds{service="kitchen-service"} 1.5',
      'pizza_sweeper_lag_seconds{service="kitchen-service"} 0',
    ]);
  });

  it('is of money only what payment owns, at payment', async () => {
    const find = await expose('payment-service', async () => ({ ...empty, counters: { 'money:captured:GBP': 1_599 } }));
    expect(find(/^pizza_money_/)).toEqual([
      'pizza_money_total{flow="captured",currency="GBP"} 1599',
      'pizza_money_total{flow="refunded",currency="GBP"} 0',
    ]);
    expect(find(/^pizza_order/)).toEqual([]);
  });

  it('is absent, and counted as an error, while the store is away; everything else is there', async () => {
    const find = await expose('kitchen-service', () => Promise.reject(new Unavailable('store')));
    expect(find(/^pizza_(order_stage|orders_|money|sweeper|oldest|compensations)/)).toEqual([]);
    expect(find(/^pizza_scrape_errors_total/)).toEqual([
      'pizza_scrape_errors_total{service="kitchen-service",source="store"} 1',
      'pizza_scrape_errors_total{service="kitchen-service",source="broker"} 0',
    ]);
    expect(find(/^pizza_dead_letters_pending/)).toEqual(['pizza_dead_letters_pending{service="kitchen-service"} 0']);
    expect(find(/^pizza_events_in_flight/)).toHaveLength(1);
  });
});
