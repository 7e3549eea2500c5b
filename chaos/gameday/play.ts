import { Dice } from '#shared/contracts/dice.ts';
import { disturb } from '../engine/disturb.ts';
import { Rollback } from '../engine/method.ts';
import type { Timeline } from '../engine/timeline.ts';
import type { Watch } from '../engine/watch.ts';
import { type Riddle, riddles } from './riddles.ts';

/** One fault that the operator had to name. */
export interface Round {
  readonly riddle: Riddle;
  /** Undefined: no answer was given. */
  readonly named: string | undefined;
  readonly seconds: number;
}

export interface GameOptions {
  readonly watch: Watch;
  readonly seed: number;
  readonly rounds: number;
  readonly timeline: Timeline;
  /** Asks which it is; resolves with one of the answers, or undefined when nobody answers any more. */
  readonly ask: (answers: readonly string[]) => Promise<string | undefined>;
}

const CALM_MS: readonly [number, number] = [5_000, 15_000];

/** The hidden sequence: each riddle at most once, the same for the same seed. */
export function sequenceOf(seed: number, rounds: number): Riddle[] {
  const dice = new Dice(seed);
  const left = [...riddles];
  return Array.from({ length: Math.min(rounds, left.length) }, () => {
    const [drawn] = left.splice(Math.floor(dice.next() * left.length), 1);
    return drawn as Riddle;
  });
}

/** Injects the faults one after the other and asks which it is; each is taken back before the next, whatever happens. */
export async function play({ watch, seed, rounds, timeline, ask }: GameOptions): Promise<Round[]> {
  const dice = new Dice(seed, 1);
  const answers = riddles.map(({ answer }) => answer).sort();
  const played: Round[] = [];
  for (const riddle of sequenceOf(seed, rounds)) {
    timeline.add('note', 'steady state; watch the dashboards');
    await watch.pause(dice.between(...CALM_MS));
    const rollback = new Rollback(timeline);
    const begun = Date.now();
    try {
      const { target, customers } = watch;
      const { what, undo } = await disturb(riddle.disturbance, { target, customers, serviceFaults: new Set() });
      if (undo) rollback.add(what, undo);
      timeline.add('note', 'something is wrong now');
      const named = await ask(answers);
      played.push({ riddle, named, seconds: (Date.now() - begun) / 1_000 });
      timeline.add('note', `${named === riddle.answer ? 'right' : 'it was'}: ${riddle.answer}. ${riddle.clue}`);
    } finally {
      await rollback.run();
    }
  }
  return played;
}
