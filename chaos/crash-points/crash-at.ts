import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultName, processSignals } from '#shared/faults/vocabulary.ts';

/** A folder: a file in it, named for a service, arms a point of that service, as `<point>:<how often it is passed before>`. */
const folder = process.env.CRASH_AT ?? '';

export const crashFault = 'kill' satisfies FaultName;

/** The service that this process runs: `node services/main.ts <service>`. */
const service = process.argv[2] ?? '';
const file = join(folder, service);
let passed = 0;

/** The process passes this point, or ends here, as by a power cut: nothing is flushed. */
export function pass(point: string): void {
  const [armed, after] = read().split(':');
  if (armed !== point) return;
  passed += 1;
  if (passed <= Number(after)) return;
  // First: the next process of this service passes.
  rmSync(file);
  process.kill(process.pid, processSignals[crashFault]);
}

/** Empty when no point is armed. */
function read(): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
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
