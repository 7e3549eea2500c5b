import { CommanderError } from 'commander';
import { readSettings } from '#shared/runtime/settings.ts';
import { colours as pc } from '#shared/stack/colours.ts';
import { bringUp, takenDownAfterwards } from '#shared/stack/compose/bring-up.ts';
import { describeContainers, reportContainers, watchHealth } from '#shared/stack/compose/containers.ts';
import { findEngine } from '#shared/stack/compose/docker.ts';
import { provideImages } from '#shared/stack/compose/images.ts';
import { type ComposeProject, composeProject } from '#shared/stack/compose/project.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { stopRequest } from '#shared/stack/processes/stop-request.ts';
import { parseCheckOptions } from './options.ts';
import { runChecks } from './run-checks.ts';

/** `npm run test:compose`: docker-compose.yml really run, and everything that it shows really asked for. */

/** As with automake: neither passed nor failed. */
const SKIPPED = 77;

/** What a user has who sets nothing, but for the ports. */
const ENV = { DEMO_RATE: '2', ORDER_TIMEOUT: '30s', SEED: '1', TIME_SCALE: '1', FAULTS: '', DURABLE: '0' };

const say = (line: string) => console.log(line);

/** Resolves with the exit code. */
async function main(): Promise<number> {
  const options = parseCheckOptions(process.argv.slice(2));
  if (!options) return 0;
  const engine = await findEngine();
  if (!engine.version) {
    say(pc.yellow(`Skipped, nothing was checked: no Docker engine with compose answers here (${engine.why}).`));
    return SKIPPED;
  }
  say(`Docker: ${engine.version}`);
  const project = await composeProject(`pizza-check-${process.pid}`, ENV);
  const stop = stopRequest(() => {
    console.error(`Stopped at once. What is left goes by: docker compose -p ${project.name} down -v`);
    process.exit(1);
  });
  try {
    return await checkProject(project, options.keep, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    say('Stopped.');
    return 1;
  } finally {
    stop.release();
  }
}

async function checkProject(project: ComposeProject, keep: boolean, signal: AbortSignal): Promise<number> {
  const { services, missing } = await provideImages(project, (line) => say(pc.dim(line)), signal);
  const skipped = missing.map(({ service, image }) => `${service}: its image ${image} can be had from nowhere here`);
  for (const sentence of skipped) say(pc.yellow(`left out  ${sentence}`));
  await using cleaning = new AsyncDisposableStack();
  if (!keep) cleaning.use(takenDownAfterwards(project, say));
  using watch = watchHealth(project);
  const startedAt = Date.now();
  say(`Starting ${services.length} containers as ${project.name} ...`);
  await bringUp(project, { services, say: (line) => say(pc.dim(line)), signal });
  const healthyAt = Date.now();
  say(pc.bold(`All healthy after ${((healthyAt - startedAt) / 1_000).toFixed(1)} s.\n`));
  const settings = readSettings(project.env);
  const circumstances = { project, settings, healthyAt, signal, orders: new Map() };
  const { failed, leftOut } = await runChecks(circumstances, new Set(services), say);
  say('');
  for (const line of describeContainers(await reportContainers(project, watch))) say(line);
  if (keep) say(`\nThey run on: ${placesOf(project)}`);
  return conclude(failed, [...skipped, ...leftOut]);
}

const placesOf = ({ name, url }: ComposeProject): string =>
  `Grafana ${url('GRAFANA_PORT')}, orders ${url('ORDER_PORT')}, Prometheus ${url('PROMETHEUS_PORT')}. They go by: docker compose -p ${name} down -v`;

function conclude(failed: readonly string[], leftOut: readonly string[]): number {
  say('');
  for (const sentence of leftOut) say(pc.yellow(`Not checked here: ${sentence}.`));
  say(failed.length > 0 ? pc.red(`Failed: ${failed.join('; ')}.`) : pc.green('All that could be checked held.'));
  return failed.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof CommanderError))
    console.error(
      `${pc.red('npm run test:compose failed:')} ${error instanceof StartFailure ? error.message : ((error as Error).stack ?? error)}`,
    );
  process.exitCode = 1;
}
