import type { Flow } from '#shared/contracts/flow.ts';
import type { Service } from './service.ts';
import { patternFile } from './setting-kinds.ts';

/** One wiring of a flow: its events, and the services that react to them. Each is a folder of services/patterns. */
export interface Pattern {
  readonly name: string;
  readonly flow: Flow;
  readonly services: readonly Service[];
}

/** The pattern that the setting PATTERN names. Only here is a pattern chosen; everything else takes it as a value. */
export async function loadPattern(name: string): Promise<Pattern> {
  const { pattern }: { pattern: Pattern } = await import(/* @vite-ignore */ patternFile(name).href);
  return pattern;
}
