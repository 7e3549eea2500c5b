import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { findEngine } from '#shared/stack/compose/docker.ts';
import { readComposeFile } from '#shared/stack/compose/fixtures/compose-file.ts';
import { findProgram } from '#shared/stack/programs/programs.ts';

const folder = join(import.meta.dirname, '..');
const file = (path: string) => join(folder, path);
const { services } = readComposeFile().file;
const prometheus = await findProgram('prometheus');
const docker = await findEngine();

interface Judge {
  readonly program: string;
  /** By which it checks its configuration and ends. */
  readonly args: readonly string[];
  /** Of docker-compose.yml: its image has the program. */
  readonly service: string;
  /** Where the program is in the image. */
  readonly path: string;
}

const judges: readonly Judge[] = [
  {
    program: 'promtool',
    args: ['check', 'config', '--syntax-only', file('prometheus/prometheus.yml')],
    service: 'prometheus',
    path: '/bin/promtool',
  },
  {
    program: 'amtool',
    args: ['check-config', file('alertmanager/alertmanager.yml')],
    service: 'alertmanager',
    path: '/bin/amtool',
  },
  {
    program: 'otelcol',
    args: ['validate', `--config=${file('collector/collector.yml')}`],
    service: 'otel-collector',
    path: '/otelcol',
  },
  {
    program: 'tempo',
    args: ['-config.verify', `-config.file=${file('tempo/tempo.yml')}`],
    service: 'tempo',
    path: '/tempo',
  },
  {
    program: 'loki',
    args: ['-verify-config', `-config.file=${file('loki/loki.yml')}`],
    service: 'loki',
    path: '/usr/bin/loki',
  },
];

/** Runs the program of the PATH, else that of an image which the engine has already. Undefined: neither is there. */
async function judge({ program, args, service, path }: Judge) {
  const options = { all: true, reject: false, timeout: 60_000 } as const;
  // promtool is in the folder of prometheus.
  const file = program === 'promtool' && prometheus ? join(dirname(prometheus.path), program) : program;
  const native = await execa(file, args, { ...options, env: prometheus?.env ?? {} });
  if (native.code !== 'ENOENT') return native;
  const image = services[service]?.image ?? '';
  if (!docker.version || (await execa('docker', ['image', 'inspect', image], options)).failed) return undefined;
  const box = ['run', '--rm', '--pull=never', '--network=none', `--volume=${folder}:${folder}:ro`];
  return execa('docker', [...box, `--entrypoint=${path}`, image, ...args], options);
}

describe('the program itself, from the PATH or from its image', () => {
  it.for(judges)('$program accepts its configuration', async (each, { skip }) => {
    const verdict = await judge(each);
    if (!verdict) skip(`${each.program} is not on PATH, and ${services[each.service]?.image} is not pulled`);
    else expect(verdict.failed, verdict.all).toBe(false);
  });
});
