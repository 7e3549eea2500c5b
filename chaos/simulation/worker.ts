import { parentPort, workerData } from 'node:worker_threads';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { runUniverses } from './run.ts';
import { type RunSpec, Universe } from './universe.ts';

/** What each worker thread is given. */
export interface Share {
  readonly first: RunSpec;
  readonly runs: number;
  /** The number of the next run, shared by all workers. */
  readonly next: Int32Array;
}

const { first, runs, next } = workerData as Share;
// An error is thrown for every lost call, and its stack trace is never read.
Error.stackTraceLimit = 0;
const pattern = await loadPattern(readSettings().PATTERN);

function* universes() {
  for (let nth = Atomics.add(next, 0, 1); nth < runs; nth = Atomics.add(next, 0, 1))
    yield new Universe({ ...first, seed: first.seed + nth, pattern });
}

await runUniverses(universes(), (verdict) => parentPort?.postMessage(verdict));
