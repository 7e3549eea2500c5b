import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { colours as pc } from '#shared/report/colours.ts';
import { loadPattern, type Pattern, serviceNames } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { demoOnStack } from '../../../loadtest/demo/demonstrate.ts';
import { dataDir, loadDotEnv } from '../processes/data-dir.ts';
import { lockDataFolder } from '../processes/data-lock.ts';
import { StartFailure } from '../processes/start-failure.ts';
import { stopRequest } from '../processes/stop-request.ts';
import { obtainProgram } from '../programs/programs.ts';
import { storeProgramsIn } from '../servers/store-servers.ts';
import { stackEnvironment } from '../stack-environment.ts';
import { runStack } from './run-stack.ts';
import { sentenceOf } from './run-tool.ts';
import { parseStartOptions, type StartOptions } from './start-options.ts';

/** `npm start`: everything on this machine, without Docker. Exits 0 when stopped cleanly, 1 with one message otherwise. */
async function main(): Promise<void> {
  loadDotEnv();
  const { PATTERN } = readSettings(stackEnvironment());
  const options = parseStartOptions(process.argv.slice(2), serviceNames(await loadPattern(PATTERN)));
  if (!options) return;
  const unlock = await lockDataFolder(dataDir());
  const stop = stopRequest(() => {
    console.error('Stopped at once.');
    // The guard ends what still runs.
    process.exit(1);
  });
  try {
    await run(options, stop.signal);
  } catch (error) {
    // A start that the user broke off is no failure.
    if (!stop.signal.aborted) throw error;
  } finally {
    stop.release();
    await unlock();
  }
}

async function run(options: StartOptions, signal: AbortSignal): Promise<void> {
  // The stack loads every service's declaration, to know what each may do.
  enableCompileCache(join(dataDir(), 'compile-cache'));
  const pattern = await loadPattern(readSettings(stackEnvironment()).PATTERN);
  const env = await withoutRedis(pattern);
  const settings = readSettings(stackEnvironment(env));
  const { servers = [] } = pattern;
  const programs = ['nats-server', ...storeProgramsIn(pattern, settings), ...servers.map((name) => `${name}-server`)];
  for (const name of programs) await obtain(name);
  const prometheus = await obtain('prometheus').catch((error) => {
    if (!(error instanceof StartFailure)) throw error;
    console.log(pc.yellow(`Without prometheus: ${error.message}`));
  });
  await runStack({ ...options, env, servers: programs, prometheus: Boolean(prometheus), demo: demoOnStack }, signal);
}

/** Where no Redis can be had, the variable that keeps the state in files; unless STORE was chosen. */
async function withoutRedis(pattern: Pattern): Promise<Readonly<Record<string, string>>> {
  const env = stackEnvironment();
  if (env.STORE || !storeProgramsIn(pattern, readSettings(env)).includes('redis-server')) return {};
  try {
    await obtainProgram('redis-server', console.log);
    return {};
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    console.log(pc.yellow(`Without Redis the services keep their state in files (STORE=sqlite): ${error.message}`));
    return { STORE: 'sqlite' };
  }
}

async function obtain(name: string) {
  const program = await obtainProgram(name, console.log);
  console.log(pc.dim(`${name} ${program.version} (${program.path})`));
  return program;
}

try {
  await main();
  process.exitCode = 0;
} catch (error) {
  // Commander has printed its own.
  if (!(error instanceof CommanderError)) console.error(`\n${pc.red('npm start failed:')} ${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
