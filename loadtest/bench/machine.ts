import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { repository } from '#shared/stack/processes/data-dir.ts';
import { findProgram } from '#shared/stack/programs/programs.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Name -> version. */
  readonly versions: Readonly<Record<string, string>>;
}

const LIBRARIES = ['@nats-io/transport-node', 'ioredis', 'bullmq'];

export async function describeMachine(): Promise<Machine> {
  const processors = cpus();
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const pinned: Record<string, string> = { ...dependencies, ...devDependencies };
  const versions: Record<string, string> = { node: process.versions.node };
  for (const name of ['nats-server', 'redis-server']) versions[name] = (await findProgram(name))?.version ?? 'none';
  for (const name of LIBRARIES) versions[name] = pinned[name] ?? 'none';
  return {
    cpu: processors[0]?.model.trim() || 'unknown CPU',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    versions,
  };
}

export function machineText({ cpu, cores, memoryGiB, versions }: Machine): string {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB; everything, the driver included, shares them\n${named.join(', ')}`;
}
