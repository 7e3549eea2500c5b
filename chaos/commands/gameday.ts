import { createInterface } from 'node:readline/promises';
import { colours as pc } from '#shared/report/colours.ts';
import { Timeline } from '../engine/timeline.ts';
import { startWatch } from '../engine/watch.ts';
import { play, type Round } from '../gameday/play.ts';
import { riddles } from '../gameday/riddles.ts';
import { openTarget } from '../target/open-target.ts';
import { noNeeds } from '../target/target.ts';

export interface GameDayCommand {
  readonly seed: number;
  readonly rounds: number;
  readonly target: string;
  readonly rate: number;
}

/** Plays a game day; resolves with the exit code: 0 when every fault was named. */
export async function gameDay({ seed, rounds, target, rate }: GameDayCommand, signal: AbortSignal): Promise<number> {
  const timeline = new Timeline(console.log);
  timeline.add('phase', 'the stack starts');
  await using stack = await openTarget(target, { needs: noNeeds, seed, signal });
  await using watch = await startWatch({ target: stack, rate, seed, timeline, signal, logAlerts: false });
  console.log(
    `${rounds} faults, one after the other. Name each by what you see in Grafana, or at ${stack.prometheusUrl ?? 'no Prometheus'}.`,
  );
  using answers = openAnswers(signal);
  const played = await play({ watch, seed, rounds: Math.min(rounds, riddles.length), timeline, ask: answers.ask });
  return printScore(played);
}

function printScore(played: readonly Round[]): number {
  const right = played.filter(({ riddle, named }) => riddle.answer === named);
  console.log(pc.bold(`\n${right.length} of ${played.length} named`));
  for (const { riddle, named, seconds } of played)
    console.log(
      `  ${riddle.answer === named ? pc.green('✓') : pc.red('✗')} ${riddle.answer} (${Math.round(seconds)} s)${riddle.answer === named ? '' : pc.dim(`, you said: ${named ?? 'nothing'}`)}`,
    );
  return right.length === played.length ? 0 : 1;
}

/** Asks on the terminal; the answers may also come from a pipe. */
function openAnswers(signal: AbortSignal) {
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
