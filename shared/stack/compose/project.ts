import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../processes/data-dir.ts';
import { freePort } from '../processes/free-ports.ts';
import { type DockerCall, docker } from './docker.ts';

export const composePath = join(repository, 'docker-compose.yml');

/** A copy of the containers under a name and on ports of its own: it meets no other one on this machine. */
export interface ComposeProject {
  readonly name: string;
  /** What docker-compose.yml is given, its ports among it. */
  readonly env: Readonly<Record<string, string>>;
  /** Where a published port is asked; `variable` such as GRAFANA_PORT. */
  readonly url: (variable: string) => string;
  readonly compose: (args: readonly string[], call?: DockerCall) => Promise<string>;
}

export const composeArgs = (name: string): string[] => [
  'compose',
  '--project-directory',
  repository,
  '--file',
  composePath,
  '--project-name',
  name,
];

export async function composeProject(name: string, given: Readonly<Record<string, string>>): Promise<ComposeProject> {
  const ports: Record<string, string> = {};
  for (const [, variable = ''] of readFileSync(composePath, 'utf8').matchAll(/127\.0\.0\.1:\$\{([A-Z_]+):-/g))
    ports[variable] = String(await freePort('127.0.0.1', Object.values(ports).map(Number)));
  const env = { ...ports, ...given };
  return {
    name,
    env,
    url: (variable) => `http://127.0.0.1:${env[variable]}`,
    compose: (args, call) => docker([...composeArgs(name), ...args], { ...call, env }),
  };
}
