import { setTimeout as delay } from 'node:timers/promises';
import { Dice } from '#shared/contracts/dice.ts';
import { type FaultNameOf, processSignals } from '#shared/faults/vocabulary.ts';
import type { Supervised } from '#shared/stack/processes/supervise.ts';

export interface Target extends Pick<Supervised, 'restart' | 'signal'> {
  readonly name: string;
}

export interface ProcessFaultsOptions {
  readonly targets: readonly [Target, ...Target[]];
  readonly seed: number;
  /** Mean time between two faults, ms. */
  readonly everyMs: number;
  /** Aborted: injects no more, and waits for no process. */
  readonly signal?: AbortSignal | undefined;
}

/** A fault that is over: the process is ready again. */
export interface ProcessFault {
  readonly name: string;
  readonly fault: Extract<FaultNameOf<'process'>, 'kill' | 'restart'>;
  /** From the injection until the process was ready again, ms. */
  readonly recoveredMs: number;
}

/** Share of crashes; the others are restarts as by a deployment. */
const KILLS = 0.75;
/** Half of the killed processes are started at once, the others after at most so long. */
const MAX_DOWN_MS = 4_000;
const MIN_PAUSE_MS = 100;

/** Kills and restarts processes at times that follow from a seed, several at a time too, until it is stopped. */
export function injectProcessFaults({ targets, seed, everyMs, signal }: ProcessFaultsOptions) {
  const dice = new Dice(seed, 0x50a4);
  const stopping = new AbortController();
  const ended = AbortSignal.any([stopping.signal, ...(signal ? [signal] : [])]);
  const all: ProcessFault[] = [];
  /** Processes that are down because of a fault. */
  const down = new Set<string>();
  const begun: Promise<void>[] = [];

  async function inject(target: Target, fault: ProcessFault['fault'], downMs: number): Promise<void> {
    const { name } = target;
    down.add(name);
    const began = performance.now();
    if (fault === 'kill' && downMs > 0) {
      target.signal(processSignals.kill);
      await delay(downMs);
    }
    await bringUp(target, fault === 'kill' ? processSignals.kill : 'SIGTERM', signal);
    down.delete(name);
    all.push({ name, fault, recoveredMs: Math.round(performance.now() - began) });
  }
  async function keepInjecting(): Promise<void> {
    while (!ended.aborted) {
      await delay(Math.max(MIN_PAUSE_MS, dice.around(everyMs)), undefined, { signal: ended }).catch(() => undefined);
      const target = dice.pick(targets);
      const fault = dice.chance(KILLS) ? 'kill' : 'restart';
      const downMs = dice.chance(0.5) ? 0 : dice.between(0, MAX_DOWN_MS);
      // No other target instead: the servers, which start fastest, would be affected most of the time.
      if (down.has(target.name) || ended.aborted) continue;
      const one = inject(target, fault, downMs);
      // `stop` throws its error.
      one.catch(() => undefined);
      begun.push(one);
    }
  }
  const running = keepInjecting();
  /** Injects no more; resolves when all processes are up again. @throws the error of a process that did not come up */
  async function stop(): Promise<void> {
    stopping.abort();
    await running;
    await Promise.all(begun);
  }
  return { all, down, stop };
}

const MAX_TRIES = 20;
const TRY_AGAIN_MS = 500;

/**
 * Ends a process by `how`, if it still runs, and starts it until it is ready, as an orchestrator does: without a broker or a
 * store it ends again. Gives up when aborted. @throws what the last try threw
 */
export async function bringUp(
  target: Pick<Supervised, 'restart'>,
  how: 'SIGTERM' | 'SIGKILL' = 'SIGKILL',
  signal?: AbortSignal,
): Promise<void> {
  for (let tries = 1; !signal?.aborted; tries += 1) {
    try {
      return await target.restart(tries === 1 ? how : 'SIGKILL');
    } catch (error) {
      if (tries === MAX_TRIES || signal?.aborted) throw error;
      await delay(TRY_AGAIN_MS);
    }
  }
}
