import { pattern } from '#services/patterns/choreography/pattern.ts';
import { contractOf, correlatorOf, type DomainContract, type Flow } from '#shared/contracts/flow.ts';
import { foreignFields } from '#shared/contracts/ownership.ts';
import { definePizzaFlow, pizzaDomains } from '#shared/contracts/pizza-flow.ts';
import { repository } from '#shared/stack/processes/data-dir.ts';
import type { Finding } from '../exercise.ts';
import { type Insertion, insertedInto } from '../repository-copy.ts';

/** What is wrong with the lines and the contract as they stand. */

/** The tables: the only files that exist and may change. docker-compose.yml is for those who run containers. */
export const TABLES = {
  'shared/contracts/pizza-flow.ts': 'deliveryContract',
  'services/patterns/choreography/pattern.ts': 'deliveryService',
} as const;
const allowed = [...Object.keys(TABLES), 'docker-compose.yml'];

export async function misplaced(lines: readonly Insertion[]): Promise<Finding[]> {
  const elsewhere = [...new Set(lines.map(({ file }) => file).filter((file) => !allowed.includes(file)))];
  if (elsewhere.length > 0)
    return [
      {
        id: 'changes-elsewhere',
        message:
          'A requirement is a contract, a folder and their rows. The kitchen, the dashboards and the audit read the contract table.',
        expected: `changes in ${allowed.join(', ')}`,
        came: `changes in ${elsewhere.join(', ')}`,
      },
    ];
  const problems = await Promise.all(Object.entries(TABLES).map(([file, name]) => rowProblem(lines, file, name)));
  return problems.flatMap((came) =>
    came
      ? [
          {
            id: 'not-in-the-tables',
            message: 'What is in no table does not run: each needs an import and a row.',
            expected: 'deliveryContract in the table of domains, deliveryService among the services',
            came,
          },
        ]
      : [],
  );
}

async function rowProblem(lines: readonly Insertion[], file: string, name: string): Promise<string | undefined> {
  const own = lines.filter((line) => line.file === file);
  try {
    for (const line of own) await insertedInto(repository, line);
  } catch (error) {
    return (error as Error).message;
  }
  const places = own.filter(({ text }) => text.includes(name)).length;
  return places >= 2 ? undefined : `${file} names ${name} ${places === 1 ? 'once' : 'nowhere'}`;
}

/** The flow with delivery in it, or why there is none. */
export function flowWith(contract: DomainContract): Flow | Finding {
  const incomplete = (came: string): Finding => ({
    id: 'contract-is-incomplete',
    message: 'A contract declares every event that its requirement names, each with a schema and an example that fits.',
    expected: 'a contract like shared/contracts/chef.ts',
    came,
  });
  try {
    for (const [type, { schema, example }] of Object.entries(contract.events)) {
      const { error } = schema.safeParse(example);
      if (error) return incomplete(`the example of ${type}: ${error.issues.map(({ message }) => message).join('; ')}`);
    }
    return definePizzaFlow([...pizzaDomains, contract]);
  } catch (error) {
    return incomplete((error as Error).message);
  }
}

/** Who owns what: judged for a flow that is complete. */
export function misowned(flow: Flow, { requirement, events }: DomainContract): Finding[] {
  if (!requirement)
    return [
      {
        id: 'kitchen-does-not-wait',
        message: 'Requirements are data: the kitchen waits for what the contracts declare, and for nothing else.',
        expected: 'deliveryContract.requirement',
        came: `the kitchen waits for ${pattern.flow.requirements.map(({ name }) => name).join(', ')}`,
      },
    ];
  const kitchen = correlatorOf(flow);
  const { compensation } = requirement;
  const { owner, askedByCorrelator } = contractOf(flow, compensation);
  if (owner !== kitchen || !askedByCorrelator)
    return [
      {
        id: 'asks-itself',
        message:
          'The kitchen requests the compensation, the owner reports it: the request is the kitchen’s to publish.',
        expected: `${compensation} is ...askedByKitchen`,
        came: `${compensation} is published by ${owner}`,
      },
    ];
  const foreign = Object.entries(foreignFields(flow)).filter(([type]) => Object.hasOwn(events, type));
  return foreign.map(([type, fields]) => ({
    id: 'foreign-field',
    message: 'An event holds what its publisher owns, and ids. Who needs more listens to its owner.',
    expected: 'fields of delivery only',
    came: `${type} has ${fields.join(', ')}`,
  }));
}
