import { relative } from 'node:path';
import { repository } from '#shared/stack/processes/data-dir.ts';
import { portsFor, stackPorts } from '#shared/testing/ports-for.ts';
import type { Finding } from '../exercise.ts';
import { copyRepository } from '../repository-copy.ts';

type Answer = typeof import('./solution.ts');

/** Does in a copy of the repository what the answer says, and lets `npm start` make one order there. */
export async function startCopy({ file, lines, deliveryContract }: Answer): Promise<Finding[]> {
  console.error('In a copy of the repository, npm start makes an order: half a minute.');
  const answer = `#${relative(repository, file)}`;
  await using copy = await copyRepository();
  await copy.write('shared/contracts/delivery.ts', `export { deliveryContract } from '${answer}';\n`);
  await copy.write('services/delivery-service/service.ts', `export { deliveryService } from '${answer}';\n`);
  await copy.insert(lines);
  const ports = await portsFor([...stackPorts, 'ADMIN_PORT_DELIVERY_SERVICE']);
  const { all, exitCode } = await copy.run(['shared/stack/commands/start.ts', '--once'], ports);
  const fulfilled = deliveryContract.requirement?.fulfilled ?? '';
  const isDelivered = all.split('\n').some((line) => line.includes(fulfilled) && line.includes('delivery-service'));
  if (exitCode === 0 && isDelivered) return [];
  return [
    {
      id: 'does-not-run-on-the-stack',
      message: 'The services start on real servers, and the first order becomes a pizza that is delivered.',
      expected: `npm start -- --once exits 0, and the journey of its order has ${fulfilled}`,
      came: `exit code ${exitCode}`,
      timeline: all.trimEnd().split('\n').slice(-25),
    },
  ];
}
