import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { bareUrl } from '#shared/messaging/server-url.ts';
import { colours as pc } from '../colours.ts';
import type { Stack } from '../stack.ts';
import { sampleBody } from './sample-order.ts';

/** What runs where, and what to try next. */
export function banner(stack: Stack, logs: string, orderId: string | undefined): string {
  const { orderUrl, nats, redis, prometheus, observers, grafana, services } = stack;
  const { tempo, loki, collector } = observers ?? {};
  const places = [
    ...(grafana ? [['Grafana', `${grafana.url}  (the order funnel)`]] : []),
    ['Order intake', orderUrl ? `${orderUrl}  (described at /openapi.json)` : 'left out'],
    ['NATS', `${bareUrl(nats.url)}  (monitoring ${nats.monitorUrl})`],
    ['Redis', bareUrl(redis.url)],
    ...services.map(({ name, replica, adminUrl }) => [replica > 1 ? `${name} ${replica}` : name, `${adminUrl}/ready`]),
    ...(prometheus ? [['Prometheus', `${prometheus.url}  (asked for you after its next scrape)`]] : []),
    ...(tempo ? [['Tempo', tempo.url]] : []),
    ...(loki ? [['Loki', loki.url]] : []),
    ...(collector ? [['Collector', `${collector.url}  (OTLP)`]] : []),
    ['Logs', logs],
  ];
  const post = `curl -s ${orderUrl}/orders -H 'content-type: application/json' -d '${sampleBody(pizzaFlow)}'`;
  const tries = [
    ...(orderUrl ? [['Place an order', post]] : []),
    ...(orderId ? [['Its journey', `npm run journey -- ${orderId}`]] : []),
    ...(orderUrl && orderId ? [['Its events', `curl -s ${orderUrl}/orders/${orderId}/events`]] : []),
    ['Take a service away', 'npm start -- --without chef-service'],
    ...(observers ? [['A panel is empty?', 'npm run stack:doctor']] : []),
    ['Two of one', 'npm start -- --replicas kitchen-service=2'],
  ];
  return ['', ...table(places), '', pc.bold('Try next'), ...table(tries), '', 'Ctrl-C stops everything.'].join('\n');
}

const table = (rows: readonly (readonly string[])[]): string[] =>
  rows.map(([name = '', value = '']) => `  ${pc.dim(name.padEnd(20))} ${value}`);
