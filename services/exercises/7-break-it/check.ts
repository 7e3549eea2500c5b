import type { Exercise, Finding } from '../exercise.ts';
import { misdesigned } from './designed.ts';
import { judgedOnServers } from './on-servers.ts';
import { survives } from './simulated.ts';

type Answer = typeof import('./solution.ts');

export const exercise: Exercise<Answer> = {
  number: 7,
  name: 'break-it',
  title: 'Break it',
  minutes: 30,
  learns: 'write an experiment that a bug fails and right services pass',
  onServers: true,
  async check(answer) {
    const findings = await checkWithoutServers(answer);
    return findings.length > 0 ? findings : judgedOnServers(answer.experiment);
  },
};

/** What can be said without a server, within seconds. */
export async function checkWithoutServers({ experiment }: Answer): Promise<readonly Finding[]> {
  const [first] = misdesigned(experiment);
  if (first) return [first];
  const found = await survives(experiment);
  return found ? [found] : [];
}
