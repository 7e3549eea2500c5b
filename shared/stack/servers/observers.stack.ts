import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { dashboards } from '../../../observability/dashboards/dashboards.ts';
import { placeSampleOrder } from '../commands/sample-order.ts';
import { findProgram } from '../programs/programs.ts';
import { type Stack, startStack } from '../stack.ts';
import { askPrometheus } from './ask-prometheus.ts';

const wanted = ['tempo', 'loki', 'grafana', 'prometheus'];
const found = await Promise.all(wanted.map((name) => findProgram(name)));
const missing = wanted.filter((_, index) => !found[index]);

const ask = async <T>(url: string): Promise<T> => (await fetch(url)).json() as Promise<T>;
const fixture = [{ name: 'fixture-service', main: `${import.meta.dirname}/../fixtures/service.ts` }];

test.runIf(missing.includes('grafana'))('what is missing is named with what to do, and the rest starts', async () => {
  const onNotice = vi.fn();
  await using stack = await startStack({ grafana: true, services: fixture, onNotice });
  expect(stack.grafana).toBeUndefined();
  expect(stack.services).toHaveLength(1);
  const said = onNotice.mock.calls.map(([sentence]) => sentence);
  expect(said).toContainEqual(
    expect.stringMatching(/^No Grafana: grafana >= 12 is neither on PATH nor in .* Install grafana >= 12 .*https:/),
  );
});

/** Where the programs are; elsewhere nothing could be said of them. */
describe.runIf(missing.length === 0)('with Grafana, Tempo and Loki', { timeout: 120_000 }, () => {
  let stack: Stack;
  let orderId: string;
  const url = (of: 'grafana' | 'prometheus') => stack[of]?.url ?? '';

  beforeAll(async () => {
    stack = await startStack({ prometheus: true, grafana: true });
    orderId = await placeSampleOrder(stack.orderUrl ?? '', pizzaFlow);
  }, 180_000);
  afterAll(() => stack?.stop(), 60_000);

  it('provisions every dashboard, the order funnel as home, and reaches each data source', async () => {
    const listed = await ask<{ uid: string }[]>(`${url('grafana')}/api/search?type=dash-db`);
    expect(new Set(listed.map(({ uid }) => uid))).toEqual(new Set(dashboards().map(({ uid }) => uid)));
    const home = await ask<{ dashboard: { uid: string } }>(`${url('grafana')}/api/dashboards/home`);
    expect(home.dashboard.uid).toBe('order-funnel');
    for (const uid of ['prometheus', 'tempo', 'loki'])
      expect(await ask(`${url('grafana')}/api/datasources/uid/${uid}/health`)).toMatchObject({ status: 'OK' });
  });

  it('finds the trace of an order by its id', async () => {
    const query = new URLSearchParams({ q: `{ span.pizza.order.id = "${orderId}" }` });
    const search = `${stack.observers?.tempo?.url}/api/search?${query}`;
    const names = await eventually(
      async () => {
        const { traces } = await ask<{ traces?: { rootTraceName?: string }[] }>(search);
        return traces?.map(({ rootTraceName }) => rootTraceName).find((name) => name === 'POST /orders');
      },
      'the trace of an order',
      60_000,
    );
    expect(names).toBe('POST /orders');
  });

  it('finds what each service that took the order logged of it', async () => {
    const query = new URLSearchParams({ query: `{service_name=~".+"} | order_id="${orderId}"` });
    const names = await eventually(
      async () => {
        const { data } = await ask<{ data: { result: { stream: { service_name: string } }[] } }>(
          `${stack.observers?.loki?.url}/loki/api/v1/query_range?${query}`,
        );
        const services = new Set(data.result.map(({ stream }) => stream.service_name));
        return services.size >= 4 ? services : undefined;
      },
      'log lines of four services',
      60_000,
    );
    expect(names).toContain('kitchen-service');
  });

  it('draws Tempo’s service graph from what Tempo writes to Prometheus', async () => {
    const query = 'traces_service_graph_request_total{client="order-service", server="kitchen-service"}';
    await eventually(
      async () => (await askPrometheus(url('prometheus'), query)).length > 0 || undefined,
      'an edge of the service graph',
      60_000,
    );
  });
});
