import { type Pattern, serviceNames } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';

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
