import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { dataDir, repository } from './data-dir.ts';
import { obtainFromDebian } from './obtain-from-debian.ts';
import { obtainWithBrew } from './obtain-with-brew.ts';
import { obtainWithGo } from './obtain-with-go.ts';
import { StartFailure } from './start-failure.ts';

/** A server program that was seen to run. */
export interface Program {
  readonly name: string;
  /** A name on PATH or an absolute path. */
  readonly path: string;
  /** What it needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** `2.9.10` */
  readonly version: string;
}

export { dataDir, repository };

const programsDir = (): string => join(dataDir(), 'programs');

/** PATH first, then what `obtainProgram` put into the data folder; undefined when neither has one that runs. */
export async function findProgram(name: string): Promise<Program | undefined> {
  const folder = join(programsDir(), name);
  const places = [
    { path: name, env: {} },
    ...['bin', 'usr/bin', 'usr/sbin'].map((bin) => ({ path: join(folder, bin, name), env: undefined })),
  ];
  for (const { path, env } of places) {
    if (!env && !(await exists(path))) continue;
    const found = await probe(name, path, env ?? (await libraries(folder)));
    if (found) return found;
  }
  return undefined;
}

/** Runs `--version`: a program that is there but lacks a library is none. */
async function probe(name: string, path: string, env: Record<string, string>): Promise<Program | undefined> {
  const { stdout, failed } = await execa(path, ['--version'], { env, reject: false, timeout: 10_000 });
  const [, version] = /(?:v=?|version )(\d+\.\d+[.\d]*)/.exec(stdout ?? '') ?? [];
  return failed || !version ? undefined : { name, path, env, version };
}

/** LD_LIBRARY_PATH for what was unpacked from Debian packages. */
async function libraries(folder: string): Promise<Record<string, string>> {
  const found: string[] = [];
  for (const lib of ['usr/lib', 'lib'].map((path) => join(folder, path)))
    if (await exists(lib))
      for (const entry of await readdir(lib)) if (entry.includes('-linux-')) found.push(join(lib, entry));
  return found.length > 0 ? { LD_LIBRARY_PATH: found.join(':') } : {};
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

export type Say = (line: string) => void;

/** One way to get a program into `folder` or onto PATH. Undefined: not possible on this machine. @throws when it failed. */
export type Obtain = (name: string, folder: string, say: Say) => Promise<true | undefined>;

const ways: readonly Obtain[] = [obtainFromDebian, obtainWithBrew, obtainWithGo];

/** Finds the program, else gets it without root and without installing a service. @throws StartFailure: what to install. */
export async function obtainProgram(name: string, say: Say = console.error): Promise<Program> {
  const failures: string[] = [];
  for (const way of [undefined, ...ways]) {
    try {
      if (way && !(await way(name, join(programsDir(), name), say))) continue;
    } catch (error) {
      failures.push((error as Error).message);
      continue;
    }
    const found = await findProgram(name);
    if (found) return found;
    if (way) failures.push(`what ${way.name} got does not run`);
  }
  return missingProgram(name, failures);
}

const REMEDIES: Readonly<Record<string, string>> = {
  grafana:
    'Install Grafana >= 12 so that `grafana` is on PATH (https://grafana.com/grafana/download), or use docker compose up.',
  k6: 'Install k6 >= 1.8 so that `k6` is on PATH (https://grafana.com/docs/k6/latest/set-up/install-k6/), or Go, or start Docker.',
  loki: 'Install Loki >= 3 so that `loki` is on PATH: https://grafana.com/docs/loki/latest/setup/install/',
  'nats-server':
    'Install NATS >= 2.9.10 so that `nats-server` is on PATH: https://github.com/nats-io/nats-server/releases',
  otelcol:
    'Install the OpenTelemetry Collector so that `otelcol` is on PATH: https://opentelemetry.io/docs/collector/install/',
  prometheus: 'Install Prometheus >= 2.42 so that `prometheus` is on PATH: https://prometheus.io/download/',
  'toxiproxy-server':
    'Install toxiproxy 2 so that `toxiproxy-server` is on PATH: https://github.com/Shopify/toxiproxy/releases',
  'redis-server':
    'Install Redis >= 6.2 so that `redis-server` is on PATH: https://redis.io/docs/latest/operate/oss_and_stack/install/',
  tempo: 'Install Tempo >= 3 so that `tempo` is on PATH: https://grafana.com/docs/tempo/latest/set-up-for-tracing/',
};

/** @throws StartFailure that says what to install. */
export function missingProgram(name: string, failures: readonly string[] = []): never {
  const tried = failures.length > 0 ? ` Tried to get it: ${failures.join('; ')}.` : '';
  throw new StartFailure(
    `${name} is neither on PATH nor in ${programsDir()}.${tried} ${REMEDIES[name] ?? `Install ${name}.`}`,
  );
}

/** Whether a version such as `2.9.10` is `least` (`2.10`) or newer. */
export const atLeast = (version: string, least: string): boolean =>
  version.localeCompare(least, 'en', { numeric: true }) >= 0;
