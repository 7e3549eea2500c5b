import { setTimeout as delay } from 'node:timers/promises';
import { ending, type GuardedProcess } from './guarded-process.ts';

export interface Supervision {
  readonly spawn: () => Promise<GuardedProcess>;
  /** Whether the process with this pid, and no other, serves. Never rejects. */
  readonly isReady: (pid: number) => Promise<boolean>;
  readonly readyWithinMs: number;
  readonly stopWithinMs: number;
  /** Called whenever it has been started and is ready, before that counts as done. */
  readonly prepare?: (() => Promise<void>) | undefined;
  /** The error for a start that failed; `what` is such as `exited with code 1`. */
  readonly failure: (what: string) => Promise<Error> | Error;
  readonly onDeath: (what: string) => void;
}

/** A process that can be restarted under the same handle. */
export interface Supervised {
  /** Changes with every restart. */
  readonly pid: number;
  /** Resolves when it is ready and prepared. @throws what `failure` makes; then it has been ended. */
  ready(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM lets it drain; SIGKILL follows when it takes too long. May be called again. */
  stop(): Promise<void>;
  /** Ends it by `signal` (SIGTERM unless told), starts it again; resolves when it is ready. */
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const ASK_EVERY_MS = 20;

/** Starts it; call `ready` to wait. @throws StartFailure when it cannot be executed. */
export async function supervise(supervision: Supervision): Promise<Supervised> {
  let run = await startRun(supervision);
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    run.endExpected = true;
    if (signal === 'SIGKILL') run.child.signal('SIGKILL');
    await run.child.stop(supervision.stopWithinMs);
  };
  return {
    get pid() {
      return run.child.pid;
    },
    ready: () => untilReady(supervision, run),
    signal: (signal) => run.child.signal(signal),
    stop: () => end('SIGTERM'),
    async restart(signal = 'SIGTERM') {
      await end(signal);
      run = await startRun(supervision);
      await untilReady(supervision, run);
    },
  };
}

interface Run {
  readonly child: GuardedProcess;
  isReady: boolean;
  endExpected: boolean;
  ended?: string;
}

async function startRun({ spawn, onDeath }: Supervision): Promise<Run> {
  const run: Run = { child: await spawn(), isReady: false, endExpected: false };
  void run.child.exited.then((exit) => {
    run.ended = ending(exit);
    if (run.isReady && !run.endExpected) onDeath(run.ended);
  });
  return run;
}

async function untilReady(supervision: Supervision, run: Run): Promise<void> {
  const { isReady, readyWithinMs, stopWithinMs, prepare, failure } = supervision;
  try {
    const deadline = Date.now() + readyWithinMs;
    while (!(await isReady(run.child.pid))) {
      if (run.ended) throw await failure(run.ended);
      if (Date.now() > deadline) throw await failure(`was not ready within ${readyWithinMs / 1_000} s`);
      await delay(ASK_EVERY_MS);
    }
    await prepare?.();
    if (run.ended) throw await failure(run.ended);
    run.isReady = true;
  } catch (error) {
    await run.child.stop(stopWithinMs);
    throw error;
  }
}
