import { type Pattern, serviceNames } from '#shared/runtime/pattern.ts';
import { childEnvironment, readSettings } from '#shared/runtime/settings.ts';

/** This process' variables, what is added, and the stack's own defaults. */
export function stackEnvironment(added: Readonly<Record<string, string>> = {}): Record<string, string> {
  const given = Object.entries(childEnvironment({ ...added })).filter(([, value]) => value);
  return { DEFAULT_ORDER_TIMEOUT: '30s', ...(Object.fromEntries(given) as Record<string, string>) };
}

const FIRST_ADMIN_PORT = 9101;

/** The admin port of a service's first replica: its variable, else 9101 onward in the order of the pattern's services. */
export function adminPortOf(
  pattern: Pattern,
  service: string,
  env: Readonly<Record<string, string>>,
): number | undefined {
  const index = serviceNames(pattern).indexOf(service);
  return readSettings(env, service).adminPort ?? (index < 0 ? undefined : FIRST_ADMIN_PORT + index);
}
