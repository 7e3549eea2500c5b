import type { Flow } from '#shared/contracts/flow.ts';
import type { Service } from './service.ts';
import { patternFile } from './setting-kinds.ts';
import { BadSettings } from './settings.ts';

/** One wiring of a flow: its events, and the services that react to them. Each is a folder of services/patterns. */
export interface Pattern {
  readonly name: string;
  readonly flow: Flow;
  readonly services: readonly Service[];
  /** Servers that it needs besides NATS and Redis. */
  readonly servers?: readonly 'restate'[];
  /** Outcomes of pattern.contract.ts that it cannot keep, each with the reason. */
  readonly cannotKeep?: Readonly<Record<string, string>>;
}

/** The pattern that the setting PATTERN names. Only here is a pattern chosen; everything else takes it as a value. */
export async function loadPattern(name: string): Promise<Pattern> {
  const { pattern }: { pattern: Pattern } = await import(/* @vite-ignore */ patternFile(name).href);
  return pattern;
}

export const serviceNames = ({ services }: Pattern): string[] => services.map(({ name }) => name);

/** @throws BadSettings when the pattern has no such service */
export function serviceOf(pattern: Pattern, name: string): Service {
  const service = pattern.services.find((one) => one.name === name);
  if (service) return service;
  throw new BadSettings(`${pattern.name} has no service "${name}": choose ${serviceNames(pattern).join(', ')}`);
}
