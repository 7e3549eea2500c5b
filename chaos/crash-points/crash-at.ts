import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type FaultName, processSignals } from '#shared/faults/vocabulary.ts';

/** A folder: a file in it, named for a service, arms a point of that service, as `<point>:<how often it is passed before>`. */
const folder = process.env.CRASH_AT ?? '';

/** The fault that a crash point injects. */
export const crashFault = 'kill' satisfies FaultName;

/** The service that this process runs: the folder of its main. */
const service = basename(dirname(process.argv[1] ?? ''));
const file = join(folder, service);
let passed = 0;

/** The process passes this point, or ends here, as by a power cut: nothing is flushed. */
export function pass(point: string): void {
  const armed = read();
  if (armed?.point !== point) return;
  passed += 1;
  if (passed <= armed.after) return;
  // First: the next process of this service passes.
  rmSync(file);
  process.kill(process.pid, processSignals[crashFault]);
}

function read(): { point: string; after: number } | undefined {
  try {
    const [point = '', after = '0'] = readFileSync(file, 'utf8').split(':');
    return { point, after: Number(after) };
  } catch {
    return undefined;
  }
}

/** Passes a point before a call and another one after its answer. */
export const around =
  <Args extends unknown[], Answer>(name: string, call: (...args: Args) => Promise<Answer>) =>
  async (...args: Args): Promise<Answer> => {
    pass(`before ${name}`);
    const answer = await call(...args);
    pass(`after ${name}`);
    return answer;
  };
