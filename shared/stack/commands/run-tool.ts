import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { Unavailable } from '#shared/messaging/faults.ts';
import { BadSettings } from '#shared/runtime/settings.ts';
import { StartFailure } from '../processes/start-failure.ts';
import { stopRequest } from '../processes/stop-request.ts';
import { repository } from '../programs/programs.ts';

/**
 * The main of an operator's tool: reads `.env`, runs, and sets the exit code: what `main` resolves with; 130 when the
 * signal made it throw; 1 with one sentence when something prevents it.
 */
export async function runTool(main: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const envFile = join(repository, '.env');
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  const stop = stopRequest(() => process.exit(130));
  try {
    process.exitCode = await main(stop.signal);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else if (stop.signal.aborted) process.exitCode = 130;
    else {
      console.error(sentence(error));
      process.exitCode = 1;
    }
  } finally {
    stop.release();
  }
}

/** A stack trace only for what nobody foresaw. */
function sentence(error: unknown): string {
  if (error instanceof Unavailable)
    return `${error.message} (${(error.cause as Error | undefined)?.message ?? 'no answer'}). Start a system by npm start, or name its servers by --nats and --redis, or NATS_URL and REDIS_URL.`;
  const foreseen = error instanceof StartFailure || error instanceof BadSettings;
  return foreseen ? error.message : String((error as Error).stack ?? error);
}
