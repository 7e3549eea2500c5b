import { Worker } from 'node:worker_threads';
import type { RunSpec } from './universe.ts';
import type { Verdict } from './verdict.ts';
import type { Share } from './worker.ts';

export interface SimulateOptions {
  /** The first run; the others have the seeds that follow. */
  readonly first: RunSpec;
  readonly runs: number;
  /** Threads. */
  readonly jobs: number;
  readonly onVerdict: (verdict: Verdict) => void;
  readonly signal?: AbortSignal;
}

/** Most objects of a run are short-lived: with a larger young generation few are copied. */
const YOUNG_MB = 64;

/** Resolves when every run has its verdict, or the signal ends it. @throws what a worker throws */
export async function simulateMany({ first, runs, jobs, onVerdict, signal }: SimulateOptions): Promise<void> {
  const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const share: Share = { first, runs, next };
  const workers = Array.from(
    { length: Math.min(jobs, runs) },
    () =>
      new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: share,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
      }),
  );
  const stop = () => void Promise.all(workers.map((worker) => worker.terminate()));
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(workers.map((worker) => finished(worker.on('message', onVerdict))));
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

const finished = (worker: Worker): Promise<void> =>
  new Promise((resolve, reject) => {
    worker.on('exit', () => resolve());
    worker.on('error', reject);
  });
