import { createInterface } from 'node:readline/promises';
import { Dice } from '#shared/contracts/dice.ts';
import { colours as pc } from '#shared/report/colours.ts';
import { disturb, Rollback } from '../engine/method.ts';
import { Timeline } from '../engine/timeline.ts';
import { startWatch, type Watch } from '../engine/watch.ts';
import { openTarget } from '../target/open-target.ts';
import { noNeeds } from '../target/target.ts';
import { type Riddle, riddles } from './riddles.ts';

interface Round {
  readonly riddle: Riddle;
  /** Undefined: no answer was given. */
  readonly named: string | undefined;
  readonly seconds: number;
}

/** Resolves with one of the answers, or undefined when nobody answers any more. */
type Ask = (answers: readonly string[]) => Promise<string | undefined>;

/** `rate`: orders per second. */
interface GameDayOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly target: string;
  readonly rate: number;
}

const CALM_MS: readonly [number, number] = [5_000, 15_000];

/** Plays a game day; resolves with the exit code: 0 when every fault was named. */
export async function gameDay({ seed, rounds, target, rate }: GameDayOptions, signal: AbortSignal): Promise<number> {
  const timeline = new Timeline(console.log);
  timeline.add('phase', 'the stack starts');
  await using stack = await openTarget(target, { needs: noNeeds, seed, signal });
  await using watch = await startWatch({ target: stack, rate, seed, timeline, signal, logAlerts: false });
  console.log(
    `${rounds} faults, one after the other. Name each by what you see in Grafana, or at ${stack.prometheusUrl ?? 'no Prometheus'}.`,
  );
  using answers = openAnswers(signal);
  const dice = new Dice(seed, 1);
  const played: Round[] = [];
  for (const riddle of sequenceOf(seed, rounds)) {
    timeline.add('note', 'steady state; watch the dashboards');
    await watch.pause(dice.between(...CALM_MS));
    played.push(await playRound(riddle, watch, answers.ask));
  }
  return printScore(played);
}

/** The hidden sequence: each riddle at most once, the same for the same seed. */
export function sequenceOf(seed: number, rounds: number): Riddle[] {
  const dice = new Dice(seed);
  const left = [...riddles];
  return Array.from({ length: Math.min(rounds, left.length) }, () => {
    const [drawn] = left.splice(Math.floor(dice.next() * left.length), 1);
    return drawn as Riddle;
  });
}

/** Injects the fault and asks which it is; it is taken back whatever happens. */
async function playRound(riddle: Riddle, watch: Watch, ask: Ask): Promise<Round> {
  const { timeline } = watch;
  const rollback = new Rollback(timeline);
  const begun = Date.now();
  try {
    const { what, undo } = await disturb(riddle.disturbance, watch);
    rollback.add(what, undo);
    timeline.add('note', 'something is wrong now');
    const named = await ask(riddles.map(({ answer }) => answer).sort());
    timeline.add('note', `${named === riddle.answer ? 'right' : 'it was'}: ${riddle.answer}. ${riddle.clue}`);
    return { riddle, named, seconds: (Date.now() - begun) / 1_000 };
  } finally {
    await rollback.run();
  }
}

function printScore(played: readonly Round[]): number {
  const right = played.filter(({ riddle, named }) => riddle.answer === named);
  console.log(pc.bold(`\n${right.length} of ${played.length} named`));
  for (const { riddle, named, seconds } of played) {
    const [sign, said] =
      riddle.answer === named ? [pc.green('✓'), ''] : [pc.red('✗'), pc.dim(`, you said: ${named ?? 'nothing'}`)];
    console.log(`  ${sign} ${riddle.answer} (${Math.round(seconds)} s)${said}`);
  }
  return right.length === played.length ? 0 : 1;
}

/** Asks on the terminal; the answers may also come from a pipe. */
function openAnswers(signal: AbortSignal): Disposable & { readonly ask: Ask } {
  const terminal = createInterface({ input: process.stdin });
  const lines = terminal[Symbol.asyncIterator]();
  signal.addEventListener('abort', () => terminal.close(), { once: true });
  async function ask(answers: readonly string[]): Promise<string | undefined> {
    for (const [n, answer] of answers.entries()) console.log(`  ${String(n + 1).padStart(2)}  ${answer}`);
    for (;;) {
      process.stdout.write('Which one is it? ');
      const { value, done } = await lines.next();
      if (done) return undefined;
      const named = answers[Number(value) - 1] ?? answers.find((answer) => answer === value.trim());
      if (named) return named;
      console.log(`Give a number from 1 to ${answers.length}.`);
    }
  }
  return { ask, [Symbol.dispose]: () => terminal.close() };
}
