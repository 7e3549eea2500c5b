import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { repository } from '#shared/stack/processes/data-dir.ts';
import { findProgram } from '#shared/stack/programs/programs.ts';

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Name -> version. */
  readonly versions: Readonly<Record<string, string>>;
}

const LIBRARIES = ['@nats-io/transport-node', 'ioredis', 'bullmq'];

export async function describeMachine(): Promise<Machine> {
  const [nats, redis] = await Promise.all(['nats-server', 'redis-server'].map((name) => findProgram(name)));
  const processors = cpus();
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const pinned: Record<string, string> = { ...dependencies, ...devDependencies };
  return {
    cpu: processors[0]?.model.trim() || 'unknown CPU',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    versions: {
      node: process.versions.node,
      'nats-server': nats?.version ?? 'none',
      'redis-server': redis?.version ?? 'none',
      ...Object.fromEntries(LIBRARIES.map((name) => [name, pinned[name] ?? 'none'])),
    },
  };
}

export const machineText = ({ cpu, cores, memoryGiB, versions }: Machine): string =>
  [
    `${cpu}, ${cores} cores, ${memoryGiB} GiB; everything, the driver included, shares them`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ].join('\n');
