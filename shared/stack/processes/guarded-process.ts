import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { childEnvironment } from '#shared/runtime/settings.ts';
import { signalFamily } from './family.ts';
import { StartFailure } from './start-failure.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** `exited with code 1`, `was ended by SIGKILL` */
export const ending = ({ code, signal }: Exit): string =>
  signal ? `was ended by ${signal}` : `exited with code ${code}`;

/** A child in a process group of its own: no Ctrl-C of the terminal reaches it, and it never outlives this process. */
export interface GuardedProcess {
  readonly pid: number;
  /** Present when `output` was `pipe`. */
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  /** Resolves when the child has ended; never rejects. */
  readonly exited: Promise<Exit>;
  /** Signals the whole family; does nothing once the child has ended. */
  signal(signal: NodeJS.Signals): void;
  /** `stopSignal`, and SIGKILL when it has not ended `withinMs` later. */
  stop(withinMs: number): Promise<Exit>;
}

export interface GuardedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** `pipe`, or the descriptor of an open file. */
  readonly output: 'pipe' | number;
  /** Whom it runs as; default: this process' own user. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Default: SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
}

/** @throws StartFailure when the file cannot be executed. */
export async function spawnGuarded(command: GuardedCommand): Promise<GuardedProcess> {
  const { file, args, env, output, user, stopSignal = 'SIGTERM' } = command;
  const child = spawn(file, args, {
    ...user,
    env: childEnvironment({ ...env }),
    detached: true,
    stdio: ['ignore', output, output],
  });
  const { pid } = child;
  if (pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw new StartFailure(`cannot run ${file}: ${error.message}`, { cause: error });
  }
  const unguard = guard(String(pid));
  let ended = false;
  const exited = once(child, 'exit').then(([code, signal]): Exit => {
    ended = true;
    unguard();
    return { code, signal };
  });
  const signal = (name: NodeJS.Signals) => {
    if (!ended) signalFamily(pid, name);
  };
  const stop = async (withinMs: number) => {
    signal('SIGCONT');
    signal(stopSignal);
    const last = setTimeout(() => signal('SIGKILL'), withinMs);
    return exited.finally(() => clearTimeout(last));
  };
  return { pid, stdout: child.stdout ?? undefined, stderr: child.stderr ?? undefined, exited, signal, stop };
}

/** Process groups and folders, as guard.mjs reads them. */
const guarded = new Set<string>();
let running: ChildProcess | undefined;

/** Has the process group killed, or the folder removed, should this process end first; the returned function takes that back. */
export function guard(pidOrFolder: string): () => void {
  guarded.add(pidOrFolder);
  tell(running ? [`+${pidOrFolder}`] : [...guarded].map((each) => `+${each}`));
  return () => {
    guarded.delete(pidOrFolder);
    tell([`-${pidOrFolder}`]);
  };
}

function tell(lines: string[]): void {
  running ??= startGuard();
  running.stdin?.write(`${lines.join('\n')}\n`);
}

/** One guard for all children of this process; it keeps no event loop alive. */
function startGuard(): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'guard.mjs')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  child.once('exit', () => {
    if (running === child) running = undefined;
  });
  // A guard that was killed is replaced at the next start; a broken pipe to it needs no other answer.
  child.stdin.on('error', () => undefined);
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}
