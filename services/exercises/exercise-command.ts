import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, Option } from 'commander';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { checkAnswer } from './check-answer.ts';
import { type Exercise, fileOf } from './exercise.ts';
import { findingText, hintFor, listLine, resultText, stateText, titleOf } from './exercise-text.ts';
import { exercises } from './exercises.ts';

/** `npm run exercise`: exits 0 when the answer passes, 1 with findings, 2 when called in a wrong way, 130 when stopped. */

interface Options {
  readonly watch?: true;
  readonly hint?: true;
  readonly solution?: true;
  readonly reset?: true;
}

const USAGE = 2;
/** An editor may write a file in several steps. */
const WRITTEN_WITHIN_MS = 100;

const command = new Command('npm run exercise --')
  .description(
    'The activities of the workshop, with a checker. Without a number: what there is, and which answers pass.',
  )
  .argument('[number]', 'checks the answer.ts of this exercise')
  .addOption(
    new Option('--watch', 'checks whenever the answer is saved, until Ctrl-C').conflicts(['hint', 'solution', 'reset']),
  )
  .addOption(new Option('--hint', 'a hint for the first finding').conflicts(['solution', 'reset']))
  .addOption(new Option('--solution', 'shows a solution; your answer stays').conflicts('reset'))
  .option('--reset', 'replaces your answer by the start')
  .exitOverride((error) => {
    throw new CommanderError(error.exitCode && USAGE, error.code, error.message);
  });

await runTool(async (signal) => {
  const [number] = command.parse().args;
  const options = command.opts<Options>();
  if (number !== undefined) return run(exerciseOf(number), options, signal);
  const [option] = Object.keys(options);
  return option
    ? command.error(`error: --${option} of which exercise? npm run exercise -- 1 --${option}`)
    : list(signal);
});

function exerciseOf(number: string): Exercise {
  const found = exercises.find((one) => String(one.number) === number);
  return found ?? command.error(`error: there is no exercise ${number}: give a number from 1 to ${exercises.length}`);
}

async function run(exercise: Exercise, options: Options, signal: AbortSignal): Promise<number> {
  if (options.solution) return say(readFileSync(fileOf(exercise, 'solution.ts'), 'utf8').trimEnd());
  const isNew = begin(exercise, options.reset);
  if (options.reset) return say(`Wrote ${answerOf(exercise)} anew from start.ts.`);
  if (isNew) say(`Wrote ${answerOf(exercise)}: edit it, then check again. The task: README.md beside it.\n`);
  if (options.hint) return hint(exercise, signal);
  return options.watch ? checkOnSave(exercise, signal) : check(exercise, signal);
}

const hintsOf = (exercise: Exercise): string => readFileSync(fileOf(exercise, 'hints.md'), 'utf8');

function say(text: string): number {
  console.log(text);
  return 0;
}

function answerOf(exercise: Exercise): string {
  return relative('', fileURLToPath(fileOf(exercise, 'answer.ts')));
}

/** The answer is the learner's: git ignores it, and it begins as a copy of start.ts. Returns whether it was written. */
function begin(exercise: Exercise, anew = false): boolean {
  const answer = fileOf(exercise, 'answer.ts');
  if (existsSync(answer) && !anew) return false;
  copyFileSync(fileOf(exercise, 'start.ts'), answer);
  return true;
}

async function list(signal: AbortSignal): Promise<number> {
  const checks = exercises.map(async (exercise) => {
    begin(exercise);
    return listLine(exercise, stateText(exercise.onServers ? undefined : await checkAnswer(exercise, { signal })));
  });
  return say((await Promise.all(checks)).join('\n'));
}

async function check(exercise: Exercise, signal: AbortSignal): Promise<number> {
  const findings = await checkAnswer(exercise, { signal });
  say(resultText(exercise, findings, hintsOf(exercise)));
  return findings.length > 0 ? 1 : 0;
}

async function hint(exercise: Exercise, signal: AbortSignal): Promise<number> {
  const [first] = await checkAnswer(exercise, { signal });
  if (!first) return say(resultText(exercise, [], ''));
  return say(`${titleOf(exercise)}\n\n${hintFor(hintsOf(exercise), first.id) ?? findingText(first)}`);
}

/** Until the signal aborts. What is being checked when the answer is saved again is given up. */
async function checkOnSave(exercise: Exercise, signal: AbortSignal): Promise<never> {
  let current = new AbortController();
  const checkAgain = () => {
    current.abort();
    current = new AbortController();
    const stop = AbortSignal.any([signal, current.signal]);
    const shown = wait(WRITTEN_WITHIN_MS, undefined, { signal: stop }).then(() => check(exercise, stop));
    shown.catch((error) => stop.aborted || console.error(error));
  };
  checkAgain();
  const answer = fileURLToPath(fileOf(exercise, 'answer.ts'));
  for await (const { filename } of watch(fileURLToPath(fileOf(exercise, '.')), { signal }))
    if (filename === basename(answer)) checkAgain();
  throw signal.reason;
}
