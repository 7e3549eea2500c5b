import type { Check, Circumstances } from './check.ts';
import { until } from './until.ts';

const WITHIN_MS = 60_000;

interface Span {
  readonly name: string;
  readonly spanId: string;
  readonly links?: readonly { readonly spanId: string; readonly traceId: string }[];
}
interface Trace {
  readonly batches?: readonly ResourceSpans[];
  readonly trace?: { readonly resourceSpans: readonly ResourceSpans[] };
}
interface ResourceSpans {
  readonly resource: {
    readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
  };
  readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
}

/** The trace of the order that became ready: all five services, and the span that joined it links to what came before. */
export const joinedTrace: Check = {
  title: 'the trace of an order, in Tempo',
  needs: ['tempo', 'otel-collector', 'order-service'],
  async run(circumstances) {
    const { project, signal } = circumstances;
    const { traceId } = orderOf(circumstances, 'ready');
    let last = 'no trace';
    return until(
      async () => {
        const headers = { accept: 'application/json' };
        const answer = await fetch(`${project.url('TEMPO_PORT')}/api/v2/traces/${traceId}`, { headers, signal });
        if (!answer.ok) return undefined;
        const found = (await answer.json()) as Trace;
        const groups = found.trace?.resourceSpans ?? found.batches ?? [];
        const services = new Set(groups.map(serviceOf));
        const spans = groups.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
        const known = new Set(spans.map(({ spanId }) => spanId));
        const join = spans.find(({ links = [] }) => links.filter(({ spanId }) => known.has(spanId)).length === 2);
        last = `${spans.length} spans of ${[...services].join(', ')}, ${join ? 'joined' : 'none links to two others'}`;
        return join && services.size === 5 ? [`${traceId}: ${last} by "${join.name}"`] : undefined;
      },
      { what: 'five services in one trace, joined by links', withinMs: WITHIN_MS, signal },
    ).catch((error: Error) => {
      throw new Error(`${error.message}; there is ${last}`);
    });
  },
};

const serviceOf = ({ resource }: ResourceSpans): string =>
  resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';

/** Log lines of the order that timed out, found by its id and by its trace. */
export const orderLogs: Check = {
  title: 'the log lines of an order, in Loki',
  needs: ['loki', 'otel-collector', 'order-service'],
  async run(circumstances) {
    const { orderId } = orderOf(circumstances, 'timeout');
    const { traceId } = orderOf(circumstances, 'ready');
    return Promise.all(
      [`order_id="${orderId}"`, `trace_id="${traceId}"`].map(async (filter) => {
        const services = await servicesThatSaid(filter, circumstances);
        return `${filter}: lines of ${services.join(', ')}`;
      }),
    );
  },
};

interface Lines {
  readonly data?: { readonly result: readonly { readonly stream: Readonly<Record<string, string>> }[] };
}

const servicesThatSaid = (filter: string, { project, signal }: Circumstances): Promise<string[]> =>
  until(
    async () => {
      const query = new URLSearchParams({ query: `{service_name=~".+"} | ${filter}`, since: '15m' });
      const answer = await fetch(`${project.url('LOKI_PORT')}/loki/api/v1/query_range?${query}`, { signal });
      const { data } = (await answer.json()) as Lines;
      const services = new Set(data?.result.map(({ stream }) => stream.service_name ?? ''));
      return services.size > 0 ? [...services] : undefined;
    },
    { what: `log lines with ${filter}`, withinMs: WITHIN_MS, signal },
  );

function orderOf({ orders }: Circumstances, part: string) {
  const order = orders.get(part);
  if (!order) throw new Error(`no order for ${part} was placed`);
  return order;
}
