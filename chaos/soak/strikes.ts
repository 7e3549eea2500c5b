import { setTimeout as delay } from 'node:timers/promises';
import { Dice } from '../simulation/dice.ts';
import { bringUp, type Restartable } from './bring-up.ts';

/** What can be struck: a service or a server of a stack. */
export interface Target extends Restartable {
  readonly name: string;
  signal(signal: NodeJS.Signals): void;
}

export interface StrikesOptions {
  readonly targets: readonly [Target, ...Target[]];
  readonly seed: number;
  /** Mean time between two strikes, ms. */
  readonly everyMs: number;
  /** Told of each, when it happens and when the process is back. */
  readonly onStrike?: (strike: Strike) => void;
  readonly signal?: AbortSignal;
}

export interface Strike {
  readonly name: string;
  readonly how: 'SIGKILL' | 'SIGTERM';
  /** From the strike until the process was ready again, ms; undefined while it is not. */
  readonly recoveredMs?: number;
}

export interface Strikes {
  /** Each that is over. */
  readonly all: readonly Strike[];
  /** Processes that are down because they were struck. */
  readonly down: ReadonlySet<string>;
  /** Strikes no more; resolves when all are up again. @throws what a process had that did not come up */
  stop(): Promise<void>;
}

/** Mostly a kill, sometimes a restart as a deployment does it. */
const KILLS = 0.75;
/** Half of the killed ones are back at once, the others stay away for up to so long. */
const DOWN_MS = 4_000;
const LEAST_MS = 100;

/** Kills and restarts processes at times that follow from a seed, more than one at a time, too, until it is stopped. */
export function strike({ targets, seed, everyMs, onStrike, signal }: StrikesOptions): Strikes {
  const dice = new Dice(seed, 0x50a4);
  const stopping = new AbortController();
  const ended = signal ? AbortSignal.any([stopping.signal, signal]) : stopping.signal;
  const all: Strike[] = [];
  const down = new Set<string>();
  const begun: Promise<void>[] = [];

  async function hit(target: Target, how: Strike['how'], downMs: number): Promise<void> {
    const { name } = target;
    down.add(name);
    onStrike?.({ name, how });
    const began = performance.now();
    if (how === 'SIGKILL' && downMs > 0) {
      target.signal('SIGKILL');
      await delay(downMs);
    }
    await bringUp(target, { how, signal });
    down.delete(name);
    const struck = { name, how, recoveredMs: Math.round(performance.now() - began) };
    all.push(struck);
    onStrike?.(struck);
  }

  const run = async (): Promise<void> => {
    while (!ended.aborted) {
      await delay(Math.max(LEAST_MS, dice.around(everyMs)), undefined, { signal: ended }).catch(() => undefined);
      const target = dice.pick(targets);
      const how = dice.chance(KILLS) ? 'SIGKILL' : 'SIGTERM';
      const downMs = dice.chance(0.5) ? 0 : dice.between(0, DOWN_MS);
      // Nobody else in its place: the servers, which are soonest up again, would be struck all the time.
      if (down.has(target.name) || ended.aborted) continue;
      const one = hit(target, how, downMs);
      // Its fault is thrown by `stop`.
      one.catch(() => undefined);
      begun.push(one);
    }
  };
  const running = run();
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
