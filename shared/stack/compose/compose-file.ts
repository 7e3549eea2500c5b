import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repository } from '../processes/data-dir.ts';

/** What this project's tools and tests read of one service in docker-compose.yml. */
export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly pull_policy?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number | null>>;
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  /** `256m` */
  readonly mem_limit?: string;
  readonly healthcheck?: { readonly test: readonly string[]; readonly start_period?: string };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly restart?: string;
  readonly user?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export const composePath = join(repository, 'docker-compose.yml');

/** The file as it is written: variables not replaced. */
export function readComposeFile(): { readonly text: string; readonly file: ComposeFile } {
  const text = readFileSync(composePath, 'utf8');
  return { text, file: parse(text, { merge: true }) as ComposeFile };
}

/** Services without a profile: what `docker compose up` starts. */
export const startedByDefault = ({ services }: ComposeFile): string[] =>
  Object.keys(services).filter((name) => !services[name]?.profiles);

/** `256m`, `1g` -> MiB. @throws when it is none of these */
export function mebibytes(size: string): number {
  const [, digits, unit] = /^(\d+)([mg])$/.exec(size) ?? [];
  if (!digits) throw new Error(`mem_limit ${size} is no size: write it like 256m or 1g`);
  return Number(digits) * (unit === 'g' ? 1024 : 1);
}
