import { setTimeout as delay } from 'node:timers/promises';

/** A service or a server of a stack. */
export interface Restartable {
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const TRIES = 20;
const TRY_AGAIN_MS = 500;

export interface BringUpOptions {
  /** How it is ended, if it still runs. Default SIGKILL. */
  readonly how?: 'SIGTERM' | 'SIGKILL';
  /** Aborted: nobody wants it any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Ends it, if it still runs, and starts it until it is ready: one that finds no broker or no store ends again, and whoever
 * runs it starts it anew, as an orchestrator does. @throws what the last try threw
 */
export async function bringUp(target: Restartable, { how = 'SIGKILL', signal }: BringUpOptions = {}): Promise<void> {
  for (let tries = 1; !signal?.aborted; tries += 1) {
    try {
      return await target.restart(tries === 1 ? how : 'SIGKILL');
    } catch (error) {
      if (tries === TRIES || signal?.aborted) throw error;
      await delay(TRY_AGAIN_MS);
    }
  }
}
