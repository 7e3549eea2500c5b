import { ownersOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { readSettings } from '#shared/runtime/settings.ts';

const FIRST_ADMIN_PORT = 9101;

/** Every service that owns an event of the contract table, sorted. */
export const knownServices = (): string[] => ownersOf(pizzaFlow);

/** The admin port of a service's first replica: its variable, else 9101 onward in the order of the services' names. */
export function adminPortOf(service: string, env: Readonly<Record<string, string>>): number | undefined {
  const index = knownServices().indexOf(service);
  return readSettings(env, service).adminPort ?? (index < 0 ? undefined : FIRST_ADMIN_PORT + index);
}
