import { pattern } from '#services/patterns/choreography/pattern.ts';
import type { Exercise, Finding } from '../exercise.ts';
import { misbehaviourOf } from './behaves.ts';
import { flowWith, misowned, misplaced } from './declared.ts';
import { startCopy } from './start-copy.ts';

type Answer = typeof import('./solution.ts');

export const exercise: Exercise<Answer> = {
  number: 6,
  name: 'fourth-requirement',
  title: 'Add a fourth requirement',
  minutes: 30,
  learns: 'add a service that every order waits for, and change no other one',
  onServers: true,
  async check(answer) {
    const findings = await checkWithoutServers(answer);
    return findings.length > 0 ? findings : startCopy(answer);
  },
};

/** What can be said without a server, within seconds. */
export async function checkWithoutServers({ lines, deliveryContract, deliveryService }: Answer): Promise<Finding[]> {
  const wrong = await misplaced(lines);
  if (wrong.length > 0) return wrong;
  const flow = flowWith(deliveryContract);
  if ('id' in flow) return [flow];
  const owned = misowned(flow, deliveryContract);
  if (owned.length > 0) return owned;
  const services = [...pattern.services, deliveryService];
  const found = await misbehaviourOf({ ...pattern, flow, services }, deliveryService.name);
  return found ? [found] : [];
}
