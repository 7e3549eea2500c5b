import { join } from 'node:path';
import { type Pattern, serviceNames } from '#shared/runtime/pattern.ts';
import { adminPortVariable, type Settings } from '#shared/runtime/settings.ts';
import { storeKindsIn } from '#shared/runtime/store-settings.ts';
import { repository } from './processes/data-dir.ts';
import { assertPortFree, freePort } from './processes/free-ports.ts';
import { StartFailure } from './processes/start-failure.ts';
import { adminPortOf } from './stack-environment.ts';

export interface ServiceWish {
  readonly name: string;
  /** Default 1. */
  readonly replicas?: number;
  /** The file that node runs with the name as argument; default: `services/main.ts`. */
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

type Env = Readonly<Record<string, string>>;

export interface PlanInput {
  readonly pattern: Pattern;
  readonly env: Env;
  readonly settings: Settings;
  /** Default: one replica of each. */
  readonly wishes: readonly ServiceWish[] | undefined;
  /** The first replicas have the ports of the settings. */
  readonly kept: boolean;
  /** Every replica keeps its admin port over a restart, since it is scraped there. */
  readonly keepAdminPorts: boolean;
}

/** Which processes to start, with which variables. @throws StartFailure when a port is taken or given twice. */
export async function planServices({ pattern, env, settings, kept, keepAdminPorts, ...input }: PlanInput) {
  const { wishes = serviceNames(pattern).map((name): ServiceWish => ({ name })) } = input;
  const portOf = (service: string) => adminPortOf(pattern, service, env);
  if (kept) await assertPortsFree(pattern, portOf, settings, wishes);
  const planned: PlannedService[] = [];
  for (const { name, replicas = 1, main = join(repository, 'services/main.ts'), env: own } of wishes)
    for (let replica = 1; replica <= replicas; replica++) {
      const first = kept && replica === 1;
      const orderPort = first ? settings.ORDER_PORT : await freePort(settings.BIND);
      const adminPort = (first ? portOf(name) : keepAdminPorts && (await freePort(settings.BIND))) || 0;
      const ports = { ORDER_PORT: String(orderPort), [adminPortVariable(name)]: String(adminPort) };
      planned.push({ name, replica, main, env: { ...env, ...ports, ...own } });
    }
  return planned;
}

async function assertPortsFree(
  pattern: Pattern,
  portOf: (service: string) => number | undefined,
  settings: Settings,
  wishes: readonly ServiceWish[],
): Promise<void> {
  const ports = new Map<number, string>();
  const assertFree = async (variable: string, port: number | undefined) => {
    if (port === undefined) return;
    const other = ports.get(port);
    if (other) throw new StartFailure(`${other} and ${variable} are both ${port}. Set one of them to a free port.`);
    ports.set(port, variable);
    await assertPortFree(settings.BIND, port, variable);
  };
  for (const variable of ['ORDER_PORT', 'NATS_PORT', 'NATS_MONITOR_PORT'] as const)
    await assertFree(variable, settings[variable]);
  for (const { portVariable } of storeKindsIn(pattern, settings))
    if (portVariable) await assertFree(portVariable, settings.storePorts[portVariable]);
  for (const { name } of wishes) await assertFree(adminPortVariable(name), portOf(name));
}
