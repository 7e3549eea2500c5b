import { ownersOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { adminPortVariable } from '#shared/runtime/settings.ts';
import { freePort } from '#shared/stack/processes/free-ports.ts';

/** Below the ports that servers are given: no test that runs beside takes one of these before it is used. */
const RANGE = [10_000, 20_000] as const;

/** A port for each variable, that nobody listens on. */
export async function portsFor(variables: readonly string[]): Promise<Record<string, string>> {
  const ports: Record<string, string> = {};
  for (const variable of variables) ports[variable] = String(await freePort('127.0.0.1', RANGE));
  return ports;
}

/** What `npm start` listens on. */
export const stackPorts = [
  ...['ORDER_PORT', 'NATS_PORT', 'NATS_MONITOR_PORT', 'REDIS_PORT', 'PROMETHEUS_PORT'],
  ...ownersOf(pizzaFlow).map(adminPortVariable),
];

/** The URL of a server that does not run. */
export const nobodyAt = async (protocol: string): Promise<string> =>
  `${protocol}://127.0.0.1:${await freePort('127.0.0.1', RANGE)}`;
