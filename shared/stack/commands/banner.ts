import { correlatorOf } from '#shared/contracts/flow.ts';
import { bareUrl } from '#shared/messaging/server-url.ts';
import { colours as pc } from '#shared/report/colours.ts';
import type { Stack } from '../stack.ts';
import { sampleBody } from './sample-order.ts';

export function banner(
  { pattern, orderUrl, nats, stores, servers, prometheus, services }: Stack,
  logs: string,
  orderId?: string,
): string {
  const { flow } = pattern;
  const places = [
    ['Order intake', orderUrl ? `${orderUrl}  (described at /openapi.json)` : 'left out'],
    ['NATS', `${bareUrl(nats.url)}  (monitoring ${nats.monitorUrl})`],
    ...[stores.all, ...Object.values(stores.except ?? {})].map(({ kind, url }) => [`State in ${kind}`, bareUrl(url)]),
    ...servers.filter(({ name }) => name === 'restate-server').map(({ monitorUrl }) => ['Restate', `${monitorUrl}/ui`]),
    ...services.map(({ name, replica, adminUrl }) => [replica > 1 ? `${name} ${replica}` : name, `${adminUrl}/ready`]),
    prometheus && ['Prometheus', `${prometheus.url}  (asked for you after its next scrape)`],
    ['Logs', logs],
  ];
  const post = `curl -s ${orderUrl}/orders -H 'content-type: application/json' -d '${sampleBody(flow)}'`;
  const tries = [
    orderUrl && ['Place an order', post],
    orderId && ['Its journey', `npm run journey -- ${orderId}`],
    orderUrl && orderId && ['Its events', `curl -s ${orderUrl}/orders/${orderId}/events`],
    ['Take a service away', `npm start -- --without ${pattern.services[0]?.name}`],
    ['Two of one', `npm start -- --replicas ${correlatorOf(flow)}=2`],
    ['Dashboards', 'docker compose up --wait'],
  ];
  return ['', ...rows(places), '', pc.bold('Try next'), ...rows(tries), '', 'Ctrl-C stops everything.'].join('\n');
}

const rows = (pairs: readonly (readonly string[] | string | undefined)[]): string[] =>
  pairs
    .filter((pair) => typeof pair === 'object')
    .map(([name = '', value = '']) => `  ${pc.dim(name.padEnd(20))} ${value}`);
