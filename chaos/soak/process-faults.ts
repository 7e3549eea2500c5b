import { setTimeout as delay } from 'node:timers/promises';
import { Dice } from '#shared/contracts/dice.ts';
import { type FaultNameOf, processSignals } from '#shared/faults/vocabulary.ts';

interface Restartable {
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** A service or a server of a stack. */
export interface Target extends Restartable {
  readonly name: string;
  signal(signal: NodeJS.Signals): void;
}

export interface ProcessFaultsOptions {
  readonly targets: readonly [Target, ...Target[]];
  readonly seed: number;
  /** Mean time between two faults, ms. */
  readonly everyMs: number;
  readonly signal?: AbortSignal;
}

/** A fault that is over: the process is ready again. */
export interface ProcessFault {
  readonly name: string;
  readonly fault: Extract<FaultNameOf<'process'>, 'kill' | 'restart'>;
  /** From the injection until the process was ready again, ms. */
  readonly recoveredMs: number;
}

export interface ProcessFaults {
  readonly all: readonly ProcessFault[];
  /** Processes that are down because of a fault. */
  readonly down: ReadonlySet<string>;
  /** Injects no more; resolves when all processes are up again. @throws the error of a process that did not come up */
  stop(): Promise<void>;
}

/** Share of crashes; the others are restarts as by a deployment. */
const KILLS = 0.75;
/** Half of the killed processes are started at once, the others after at most so long. */
const MAX_DOWN_MS = 4_000;
const MIN_PAUSE_MS = 100;

/** Kills and restarts processes at times that follow from a seed, several at a time too, until it is stopped. */
export function injectProcessFaults({ targets, seed, everyMs, signal }: ProcessFaultsOptions): ProcessFaults {
  const dice = new Dice(seed, 0x50a4);
  const stopping = new AbortController();
  const ended = signal ? AbortSignal.any([stopping.signal, signal]) : stopping.signal;
  const all: ProcessFault[] = [];
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
    await bringUp(target, { how: fault === 'kill' ? processSignals.kill : 'SIGTERM', signal });
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
  return {
    all,
    down,
    async stop() {
      stopping.abort();
      await running;
      await Promise.all(begun);
    },
  };
}

const MAX_TRIES = 20;
const TRY_AGAIN_MS = 500;

export interface BringUpOptions {
  /** How it is ended, if it still runs. Default SIGKILL. */
  readonly how?: 'SIGTERM' | 'SIGKILL';
  /** Aborted: gives up. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Ends a process, if it still runs, and starts it until it is ready, as an orchestrator does: without a broker or a store it
 * ends again. @throws what the last try threw
 */
export async function bringUp(target: Restartable, { how = 'SIGKILL', signal }: BringUpOptions = {}): Promise<void> {
  for (let tries = 1; !signal?.aborted; tries += 1) {
    try {
      return await target.restart(tries === 1 ? how : 'SIGKILL');
    } catch (error) {
      if (tries === MAX_TRIES || signal?.aborted) throw error;
      await delay(TRY_AGAIN_MS);
    }
  }
}
