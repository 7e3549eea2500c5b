import { CommanderError } from 'commander';
import { Unavailable } from '#shared/messaging/faults.ts';
import { BrokerRefusal } from '#shared/messaging/jetstream/broker-answer.ts';
import { BadSettings } from '#shared/runtime/settings.ts';
import { loadDotEnv } from '../processes/data-dir.ts';
import { StartFailure } from '../processes/start-failure.ts';
import { stopRequest } from '../processes/stop-request.ts';

/** The main of an operator's tool: exits with what `main` resolves with, 130 when stopped, 1 with one sentence behind `prefix` otherwise. */
export async function runTool(main: (signal: AbortSignal) => Promise<number>, prefix = ''): Promise<void> {
  loadDotEnv();
  const stop = stopRequest(() => process.exit(130));
  try {
    process.exitCode = await main(stop.signal);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else if (stop.signal.aborted) process.exitCode = 130;
    else {
      console.error(prefix + (error instanceof Unavailable ? whereToFindOne(error) : sentenceOf(error)));
      process.exitCode = 1;
    }
  } finally {
    stop.release();
  }
}

const whereToFindOne = ({ message, cause }: Unavailable): string =>
  `${message} (${((cause as Error | undefined)?.message ?? 'no answer').replace(/\.$/, '')}). Start a system by npm start, or name its servers: --help and .env.example say how.`;

/** One sentence for the user; a stack trace only for what nobody foresaw. */
export function sentenceOf(error: unknown): string {
  const foreseen = [StartFailure, BadSettings, BrokerRefusal].some((kind) => error instanceof kind);
  const { message, stack } = error as Error;
  return foreseen ? message : String(stack ?? error);
}
