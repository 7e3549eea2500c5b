import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { readSettings } from '#shared/runtime/settings.ts';
import { demoOnStack } from '../../../loadtest/demo/demo-on-stack.ts';
import { colours as pc } from '../colours.ts';
import { dataDir, loadDotEnv } from '../processes/data-dir.ts';
import { lockDataFolder } from '../processes/data-lock.ts';
import { StartFailure } from '../processes/start-failure.ts';
import { stopRequest } from '../processes/stop-request.ts';
import { obtainProgram } from '../programs/programs.ts';
import { stackEnvironment } from '../stack.ts';
import { runStack } from './run-stack.ts';
import { sentenceOf } from './run-tool.ts';
import { parseStartOptions, type StartOptions } from './start-options.ts';

/** `npm start`: everything on this machine, without Docker. Exits 0 when stopped cleanly, 1 with one message otherwise. */
async function main(): Promise<void> {
  const options = parseStartOptions(process.argv.slice(2));
  if (!options) return;
  loadDotEnv();
  readSettings(stackEnvironment());
  const stop = stopRequest(() => {
    console.error('Stopped at once.');
    // The guard ends what still runs.
    process.exit(1);
  });
  try {
    await onLockedData(options, stop.signal);
  } finally {
    stop.release();
  }
}

async function onLockedData(options: StartOptions, signal: AbortSignal): Promise<void> {
  const unlock = await lockDataFolder(dataDir());
  try {
    // The stack loads every service's declaration, to know what each may do.
    enableCompileCache(join(dataDir(), 'compile-cache'));
    for (const program of ['nats-server', 'redis-server']) await obtain(program);
    const prometheus = await obtainIfPossible('prometheus');
    await runStack({ ...options, prometheus, demo: demoOnStack }, signal);
  } finally {
    await unlock();
  }
}

async function obtain(program: string): Promise<void> {
  const { version, path } = await obtainProgram(program, console.log);
  console.log(pc.dim(`${program} ${version} (${path})`));
}

/** False when it cannot be had: what can run without it does. */
async function obtainIfPossible(program: string): Promise<boolean> {
  try {
    await obtain(program);
    return true;
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    console.log(pc.yellow(`Without ${program}: ${error.message}`));
    return false;
  }
}

try {
  await main();
  process.exitCode = 0;
} catch (error) {
  // Commander has printed its own.
  if (!(error instanceof CommanderError)) console.error(`\n${pc.red('npm start failed:')} ${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
