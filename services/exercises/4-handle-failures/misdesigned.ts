import { contractOf, type Flow, type Requirement } from '#shared/contracts/flow.ts';
import type { Finding } from '../exercise.ts';
import { actions, type Reaction, services } from './reaction.ts';

/** What is wrong with the rows as they stand, whatever happens to an order. */

interface Rule {
  readonly id: string;
  readonly message: string;
  readonly broken: (row: Reaction, flow: Flow) => boolean;
  readonly expected: (row: Reaction, flow: Flow) => string;
}

const publishedBy = ({ does }: Reaction): string => (does.startsWith('publish ') ? does.slice('publish '.length) : '');

/** The requirement that a service fulfils; undefined for the order service and the kitchen. */
const fulfilledBy = (flow: Flow, service: string): Requirement | undefined =>
  flow.requirements.find(({ fulfilled }) => contractOf(flow, fulfilled).owner === service);

/** First match wins: a later rule takes for granted what an earlier one holds. */
const rules: readonly Rule[] = [
  {
    id: 'row-means-nothing',
    message:
      'A row names a service, an event of the flow, and an action of reaction.ts; a misspelt one would be ignored.',
    broken: ({ service, on, does }, { events }) =>
      !services.includes(service) ||
      !(on === 'an ingredient is missing' || Object.hasOwn(events, on)) ||
      ![...actions, ...Object.keys(events).map((type) => `publish ${type}`)].includes(does),
    expected: () => `${services.join(', ')}; an event type; publish <event type>, ${actions.join(', ')}`,
  },
  {
    id: 'not-its-own-event',
    message: 'A service publishes only events of its own domain; the kitchen alone decides on the order.',
    broken: (row, flow) => publishedBy(row) !== '' && contractOf(flow, publishedBy(row)).owner !== row.service,
    expected: (row, flow) => `${publishedBy(row)} is published by ${contractOf(flow, publishedBy(row)).owner}`,
  },
  {
    id: 'becomes-a-chain',
    message:
      'A service that waits for another one’s success makes a chain: the customer waits for the sum of all steps, and each new step changes a neighbour.',
    broken: ({ does, on }, { start }) => does === 'begin' && on !== start,
    expected: (_row, { start }) => `each service begins on ${start}; who began in vain is undone`,
  },
  {
    id: 'domains-know-each-other',
    message:
      'Only the kitchen knows all requirements. A domain that listens to another one has to change with every requirement that is added.',
    broken: ({ service, on }, flow) =>
      fulfilledBy(flow, service) !== undefined &&
      flow.requirements.some(
        ({ fulfilled, rejected, withdrawn }) =>
          [fulfilled, rejected, withdrawn].includes(on) && contractOf(flow, fulfilled).owner !== service,
      ),
    expected: ({ service }, flow) =>
      `${service} reacts to ${flow.start}, to the order’s end and to ${fulfilledBy(flow, service)?.compensation}`,
  },
  {
    id: 'two-triggers-to-undo',
    message:
      'Work is undone for one trigger only, the request that names it. The order’s end does not say which of two payments it means, and a second trigger undoes twice.',
    broken: ({ service, on, does }, flow) => does === 'undo it' && on !== fulfilledBy(flow, service)?.compensation,
    expected: ({ service }, flow) => `${service} undoes on ${fulfilledBy(flow, service)?.compensation ?? 'nothing'}`,
  },
];

/** Each broken rule once, with all rows that break it. */
export function misdesigned(flow: Flow, reactions: readonly Reaction[]): Finding[] {
  const broken = reactions.map((row) => ({ row, rule: rules.find((rule) => rule.broken(row, flow)) }));
  return rules.flatMap((rule) => {
    const rows = broken.flatMap((one) => (one.rule === rule ? one.row : []));
    const [first] = rows;
    if (!first) return [];
    const came = rows.map(({ service, on, does }) => `${service} on ${on}: ${does}`).join('\n');
    return [{ id: rule.id, message: rule.message, expected: rule.expected(first, flow), came }];
  });
}
