import { parentPort, Worker, workerData } from 'node:worker_threads';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import type { Verdict } from './recording.ts';
import { runUniverses } from './run.ts';
import { type RunSpec, Universe } from './universe.ts';

/** What each worker thread is given. */
interface Share {
  /** The first run; the others have the seeds that follow. */
  readonly first: RunSpec;
  readonly runs: number;
  /** The number of the next run, shared by all workers. */
  readonly next: Int32Array;
}

export interface SimulateOptions extends Pick<Share, 'first' | 'runs'> {
  /** Threads. */
  readonly jobs: number;
  readonly onVerdict: (verdict: Verdict) => void;
  readonly signal: AbortSignal;
}

/** Most objects of a run are short-lived: with a larger young generation few are copied. */
const YOUNG_MB = 64;

/** Resolves when every run has its verdict, or the signal ends it. @throws what a worker throws */
export async function simulateMany({ first, runs, jobs, onVerdict, signal }: SimulateOptions): Promise<void> {
  const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const share: Share = { first, runs, next };
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
  const start = () => new Worker(import.meta.filename, { workerData: share, resourceLimits });
  const workers = Array.from({ length: Math.min(jobs, runs) }, start);
  const stop = () => void Promise.all(workers.map((worker) => worker.terminate()));
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(workers.map((worker) => finished(worker.on('message', onVerdict))));
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

const finished = (worker: Worker): Promise<void> =>
  new Promise((resolve, reject) => void worker.on('exit', () => resolve()).on('error', reject));

/** In a worker thread: runs what no other worker has taken. */
async function takeRuns({ first, runs, next }: Share): Promise<void> {
  // An error is thrown for every lost call, and its stack trace is never read.
  Error.stackTraceLimit = 0;
  const pattern = await loadPattern(readSettings().PATTERN);
  function* universes() {
    for (let nth = Atomics.add(next, 0, 1); nth < runs; nth = Atomics.add(next, 0, 1))
      yield new Universe({ ...first, seed: first.seed + nth, pattern });
  }
  await runUniverses(universes(), (verdict) => parentPort?.postMessage(verdict));
}

if (import.meta.main) await takeRuns(workerData as Share);
