import { join } from 'node:path';
import { ownersOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { adminPortVariable, readSettings, type Settings } from '#shared/runtime/settings.ts';
import { assertPortFree, freePort } from './processes/free-ports.ts';
import { StartFailure } from './processes/start-failure.ts';
import { repository } from './programs/programs.ts';

export interface ServiceWish {
  readonly name: string;
  /** Default 1. */
  readonly replicas?: number;
  /** Default: `services/<name>/main.ts`. */
  readonly main?: string;
  /** Variables of this service alone, over the stack's. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface PlannedService {
  readonly name: string;
  readonly replica: number;
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
}

export const FIRST_ADMIN_PORT = 9101;

/** Every service that owns an event of the contract table, sorted. */
export const knownServices = (): string[] => ownersOf(pizzaFlow);

export interface PlanInput {
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Settings;
  readonly services?: readonly ServiceWish[];
  readonly kept?: boolean;
  /** They are scraped: each keeps its admin port when it is restarted. */
  readonly prometheus?: boolean;
}

/** Which processes to start, with which variables. @throws StartFailure when a port is taken or given twice. */
export async function planServices({
  env,
  settings,
  services,
  kept,
  prometheus,
}: PlanInput): Promise<PlannedService[]> {
  const wishes: readonly ServiceWish[] = services ?? knownServices().map((name) => ({ name }));
  if (kept) await assertPortsFree(env, settings, wishes);
  const planned: PlannedService[] = [];
  const taken: number[] = [];
  const anyPort = async () => {
    const port = await freePort(settings.BIND, taken);
    taken.push(port);
    return port;
  };
  for (const { name, replicas = 1, main = join(repository, 'services', name, 'main.ts'), env: own } of wishes)
    for (let replica = 1; replica <= replicas; replica++) {
      const first = kept && replica === 1;
      const orderPort = first ? settings.ORDER_PORT : await anyPort();
      const adminPort = (first ? adminPortOf(name, env) : prometheus && (await anyPort())) || 0;
      const ports = { ORDER_PORT: String(orderPort), [adminPortVariable(name)]: String(adminPort) };
      planned.push({ name, replica, main, env: { ...env, ...ports, ...own } });
    }
  return planned;
}

/** The admin port of a service's first replica: its variable, else 9101 onward in the order of the services' names. */
export function adminPortOf(service: string, env: Readonly<Record<string, string>>): number | undefined {
  const given = readSettings(env, service).adminPort;
  const index = knownServices().indexOf(service);
  return given ?? (index < 0 ? undefined : FIRST_ADMIN_PORT + index);
}

async function assertPortsFree(
  env: Readonly<Record<string, string>>,
  settings: Settings,
  wishes: readonly ServiceWish[],
): Promise<void> {
  const variables = [
    ...(['ORDER_PORT', 'NATS_PORT', 'NATS_MONITOR_PORT', 'REDIS_PORT'] as const).map(
      (name) => [name, settings[name]] as const,
    ),
    ...wishes.map(({ name }) => [adminPortVariable(name), adminPortOf(name, env)] as const),
  ];
  const users = new Map<number, string>();
  for (const [variable, port] of variables) {
    if (port === undefined) continue;
    const other = users.get(port);
    if (other) throw new StartFailure(`${other} and ${variable} are both ${port}. Set one of them to a free port.`);
    users.set(port, variable);
    await assertPortFree(settings.BIND, port, variable);
  }
}
