import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import { findProgram } from '#shared/stack/programs/programs.ts';

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Name -> version. */
  readonly versions: Readonly<Record<string, string>>;
}

export async function describeMachine(): Promise<Machine> {
  const [nats, redis] = await Promise.all(['nats-server', 'redis-server'].map((name) => findProgram(name)));
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() || 'unknown CPU',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    versions: {
      node: process.versions.node,
      'nats-server': nats?.version ?? 'none',
      'redis-server': redis?.version ?? 'none',
      ...Object.fromEntries(
        ['@nats-io/transport-node', 'ioredis', 'bullmq'].map((name) => [name, installedVersion(name)]),
      ),
    },
  };
}

/** Read beside the package's entry, since not every package exports its package.json. */
function installedVersion(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version;
    } catch {
      // Not installed in this folder: it is looked for in the next one.
    }
  }
  return 'none';
}

export const machineText = ({ cpu, cores, memoryGiB, versions }: Machine): string =>
  [
    `${cpu}, ${cores} cores, ${memoryGiB} GiB; everything, the driver included, shares them`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ].join('\n');
