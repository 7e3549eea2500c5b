import { CommanderError } from 'commander';
import { BadSettings } from '#shared/runtime/settings.ts';
import { loadDotEnv } from '#shared/stack/processes/data-dir.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { stopRequest } from '#shared/stack/processes/stop-request.ts';
import { parseLoadOptions } from './run/load-options.ts';
import { runLoad } from './run/run-load.ts';

/** `npm run load -- <profile>`: exits 0 when every threshold held and the audit is clean, 130 when stopped, 1 otherwise. */
async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const options = parseLoadOptions(args);
  if (!options) return 0;
  loadDotEnv();
  const stop = stopRequest(() => process.exit(130));
  try {
    const passed = await runLoad(options, `npm run load -- ${args.join(' ')}`, stop.signal);
    return passed ? 0 : 1;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return 130;
  } finally {
    if (stop.signal.aborted) console.error('Stopped.');
    stop.release();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  // Of wrong arguments all has been said.
  const foreseen = error instanceof StartFailure || error instanceof BadSettings;
  if (!(error instanceof CommanderError))
    console.error(`npm run load failed: ${foreseen ? error.message : ((error as Error).stack ?? error)}`);
  process.exitCode = 1;
}
