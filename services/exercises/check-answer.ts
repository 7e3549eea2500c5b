import { fork } from 'node:child_process';
import { type Exercise, type Finding, fileOf } from './exercise.ts';
import { exercises } from './exercises.ts';

interface CheckOptions {
  /** Default: the exercise's answer.ts. */
  readonly answer?: URL;
  /** Default: 30 s, on servers 10 min. */
  readonly limitMs?: number;
  readonly signal: AbortSignal;
}

/**
 * Checks what is in the answer's file now, in a process of its own: an answer that never returns can be killed.
 * @throws when the signal aborts
 */
export async function checkAnswer(exercise: Exercise, options: CheckOptions): Promise<readonly Finding[]> {
  const { answer = fileOf(exercise, 'answer.ts'), signal } = options;
  const { limitMs = exercise.onServers ? 600_000 : 30_000 } = options;
  signal.throwIfAborted();
  const child = fork(import.meta.filename, [String(exercise.number), answer.href]);
  const kill = () => child.kill('SIGKILL');
  const stop = () => void child.kill(exercise.onServers ? 'SIGTERM' : 'SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  const limit = setTimeout(kill, limitMs);
  try {
    const findings = await new Promise<readonly Finding[]>((resolve, reject) => {
      child.on('message', (found) => resolve(found as readonly Finding[]));
      child.on('exit', (code) => resolve([endedEarly(code, limitMs)])).on('error', reject);
    });
    signal.throwIfAborted();
    return findings;
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', stop);
    kill();
  }
}

const doesNotRun = (message: string, came: string): Finding => ({
  id: 'answer-does-not-run',
  message: `${message}.`,
  expected: 'an answer that loads, and that returns or throws only where the exercise says so',
  came,
});

const endedEarly = (exitCode: number | null, limitMs: number): Finding =>
  exitCode === null
    ? doesNotRun('The answer does not end', `no result within ${limitMs / 1_000} s`)
    : doesNotRun('The answer ends the process that checks it', `exit code ${exitCode}`);

/** The error with the source line that Node shows, and the places within exercises. */
function textOf(error: unknown): string {
  const lines = String((error as Error)?.stack ?? error).split('\n');
  return lines
    .filter((line) => line.trim() !== '' && (!/^\s+at /.test(line) || /-[\w-]+\/answer\./.test(line)))
    .join('\n');
}

async function findingsOf(exercise: Exercise, answerUrl: string): Promise<readonly Finding[]> {
  let answer: object;
  try {
    answer = await import(answerUrl);
  } catch (error) {
    return [doesNotRun('The answer cannot be loaded', textOf(error))];
  }
  const solution: object = await import(fileOf(exercise, 'solution.ts').href);
  const missing = Object.keys(solution).filter((name) => !(name in answer));
  if (missing.length > 0) return [doesNotRun('The answer lacks an export', `no export ${missing.join(', ')}`)];
  try {
    return await exercise.check(answer);
  } catch (error) {
    return [doesNotRun('The answer throws', textOf(error))];
  }
}

/** In the process of its own. */
async function reportTo(send: (findings: readonly Finding[]) => void): Promise<void> {
  const [number, answerUrl] = process.argv.slice(2);
  const exercise = exercises.find((one) => one.number === Number(number));
  if (!exercise || !answerUrl) throw new Error(`no exercise ${number}`);
  // A promise that the answer did not await.
  process.on('uncaughtException', (error) => send([doesNotRun('The answer throws', textOf(error))]));
  const findings = await findingsOf(exercise, answerUrl);
  // Rejections are reported first.
  setImmediate(send, findings);
}

if (import.meta.main) await reportTo((findings) => void process.send?.(findings));
