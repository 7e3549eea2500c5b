import { contractOf, type Flow } from '#shared/contracts/flow.ts';
import type { Finding } from '../exercise.ts';
import type { Reaction } from './reaction.ts';

/** What is wrong with the rows as they stand, whatever happens to an order. */
export function misdesigned(flow: Flow, reactions: readonly Reaction[]): Finding[] {
  const findings = reactions.flatMap((row) => findingOf(flow, row) ?? []);
  return [...Map.groupBy(findings, ({ id }) => id).values()].map((found) => ({
    ...(found[0] as Finding),
    came: found.map(({ came }) => came).join('\n'),
  }));
}

function findingOf(flow: Flow, row: Reaction): Finding | undefined {
  const came = `${row.service} on ${row.on}: ${row.does}`;
  const own = flow.requirements.find(({ fulfilled }) => contractOf(flow, fulfilled).owner === row.service);
  const published = row.does.startsWith('publish ') ? row.does.slice('publish '.length) : undefined;
  if (published && contractOf(flow, published).owner !== row.service)
    return {
      id: 'not-its-own-event',
      message: 'A service publishes only events of its own domain; the kitchen alone decides on the order.',
      expected: `${published} is published by ${contractOf(flow, published).owner}`,
      came,
    };
  if (row.does === 'begin' && row.on !== flow.start)
    return {
      id: 'becomes-a-chain',
      message:
        'A service that waits for another one’s success makes a chain: the customer waits for the sum of all steps, and each new step changes a neighbour.',
      expected: `each service begins on ${flow.start}; who began in vain is undone`,
      came,
    };
  if (own && isOfAnotherRequirement(flow, row))
    return {
      id: 'domains-know-each-other',
      message:
        'Only the kitchen knows all requirements. A domain that listens to another one has to change with every requirement that is added.',
      expected: `${row.service} reacts to ${flow.start}, to the order’s end and to ${own.compensation}`,
      came,
    };
  if (row.does === 'undo it' && row.on !== own?.compensation)
    return {
      id: 'two-triggers-to-undo',
      message:
        'Work is undone for one trigger only, the request that names it. The order’s end does not say which of two payments it means, and a second trigger undoes twice.',
      expected: own ? `${row.service} undoes on ${own.compensation}` : `${row.service} has nothing to undo`,
      came,
    };
  return undefined;
}

const isOfAnotherRequirement = (flow: Flow, { service, on }: Reaction): boolean =>
  flow.requirements.some(
    ({ fulfilled, rejected, withdrawn }) =>
      [fulfilled, rejected, withdrawn].includes(on) && contractOf(flow, fulfilled).owner !== service,
  );
