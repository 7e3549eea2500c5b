import type { TestProject } from 'vitest/node';
import { childEnvironment } from '#shared/runtime/settings.ts';
import { findEngine } from '#shared/stack/compose/docker.ts';
import { bringUp, composeProject, provideImages, takeDown } from './fixtures/compose-project.ts';

export interface Containers {
  /** The compose project and its variables, the ports among them. */
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** Those that run; none without a Docker engine. */
  readonly services: readonly string[];
  /** When all were healthy, ms since the epoch. */
  readonly healthyAt: number;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly containers: Containers;
  }
}

/** What a user has who sets nothing, except that the ports are free ones. */
const ENV = { DEMO_RATE: '2', ORDER_TIMEOUT: '30s', SEED: '1', TIME_SCALE: '1', FAULTS: '', DURABLE: '0' };
/** As with automake: neither passed nor failed. */
const SKIPPED = 77;

const say = (line: string) => console.log(line);

/** vitest's global set-up: starts docker-compose.yml once, as a project of its own. */
export default async function startContainers(vitest: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { version, why } = await findEngine();
  if (!version) {
    say(`Skipped, nothing was checked: no Docker engine with compose answers here (${why}).`);
    process.exitCode = SKIPPED;
    vitest.provide('containers', { name: '', env: {}, services: [], healthyAt: 0 });
    return undefined;
  }
  say(`Docker: ${version}`);
  const project = await composeProject(`pizza-check-${process.pid}`, ENV);
  const keep = childEnvironment({}).KEEP === '1';
  // At Ctrl-C vitest exits without its teardown. The exit handler runs in any case, once `docker compose up` has ended.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      stop.abort();
      setTimeout(() => process.exit(1), 10);
    });
  if (!keep) process.once('exit', () => takeDown(project, say));

  const { services, missing } = await provideImages(project, say, stop.signal);
  for (const { service, image } of missing) say(`left out  ${service}: no registry reached from here has ${image}`);
  const startedAt = Date.now();
  say(`Starting ${services.length} containers as ${project.name} ...`);
  await bringUp(project, { services, say, signal: stop.signal });
  const healthyAt = Date.now();
  say(`All healthy after ${((healthyAt - startedAt) / 1_000).toFixed(1)} s.`);
  vitest.provide('containers', { name: project.name, env: project.env, services, healthyAt });
  return async () => {
    say(await project.compose(['ps', '--all', '--format', 'table {{.Service}}\t{{.Status}}']));
    say(await project.compose(['stats', '--no-stream']));
    if (keep)
      say(
        `Grafana ${project.url('GRAFANA_PORT')}, orders ${project.url('ORDER_PORT')}. They end by: docker compose -p ${project.name} down -v`,
      );
  };
}
