import { execa } from 'execa';
import { repository } from '#shared/stack/processes/data-dir.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import type { Say } from '#shared/stack/programs/obtain.ts';
import { obtainProgram } from '#shared/stack/programs/programs.ts';

/** The same version as `go install` gets. */
export const K6_IMAGE = 'grafana/k6:1.8.1';

export interface K6 {
  /** `k6 1.8.1 (k6)` */
  readonly description: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** From PATH or the data folder, else built there by Go, else as a container. @throws StartFailure: how to get it. */
export async function obtainK6(say: Say): Promise<K6> {
  try {
    const { path, env, version } = await obtainProgram('k6', say);
    return { description: `k6 ${version} (${path})`, file: path, args: [], env };
  } catch (error) {
    if (!(error instanceof StartFailure) || !(await dockerAnswers())) throw error;
    say(`k6 runs as the container ${K6_IMAGE}`);
    return { description: `k6 (${K6_IMAGE})`, file: 'docker', args: containerArgs(), env: {} };
  }
}

async function dockerAnswers(): Promise<boolean> {
  const version = ['version', '--format', '{{.Server.Version}}'];
  return !(await execa('docker', version, { reject: false, timeout: 10_000 })).failed;
}

/** In the host's network, since the stack's ports are bound to loopback; the scripts keep their paths. */
const containerArgs = (): string[] => {
  const remoteWrite = ['SERVER_URL', 'TREND_STATS', 'PUSH_INTERVAL', 'STALE_MARKERS'];
  const variables = ['K6_NO_USAGE_REPORT', ...remoteWrite.map((name) => `K6_PROMETHEUS_RW_${name}`)];
  const volume = `--volume=${repository}:${repository}:ro`;
  return ['run', '--rm', '--network=host', volume, ...variables.map((name) => `--env=${name}`), K6_IMAGE];
};
