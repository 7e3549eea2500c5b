import { childEnvironment } from '#shared/runtime/settings.ts';

/** This process' variables, what is added, and the stack's own defaults. */
export function stackEnvironment(added: Readonly<Record<string, string>> = {}): Record<string, string> {
  const given = Object.entries(childEnvironment({ ...added })).filter(([, value]) => value);
  return { DEFAULT_ORDER_TIMEOUT: '30s', ...(Object.fromEntries(given) as Record<string, string>) };
}
