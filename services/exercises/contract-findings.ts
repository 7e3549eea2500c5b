import type { EventContract } from '#shared/contracts/flow.ts';
import { fieldsOf, foreignFields, undescribedBy } from '#shared/contracts/ownership.ts';
import type { Finding } from './exercise.ts';

/** What is wrong with contracts in writing, before anything runs. */

/** Short type -> contract. */
export type Contracts = Readonly<Record<string, EventContract>>;

/** What every publish in this repository checks: the schema accepts the data, and describes all of it. */
export function badExamples(events: Contracts): Finding[] {
  return Object.entries(events).flatMap(([type, { schema, example }]) => {
    const problem = schema.safeParse(example).error?.issues[0];
    const undescribed = undescribedBy(schema)(example);
    if (!problem && !undescribed) return [];
    return {
      id: 'example-does-not-fit',
      message: `The example of ${type} is no data of its schema, so no service could publish it.`,
      expected: 'an example with exactly the fields that the schema describes',
      came: problem
        ? `${problem.path.join('.')}: ${problem.message}`
        : `the field ${undescribed}, which is not described`,
    };
  });
}

export function withoutId(events: Contracts, id: string): Finding[] {
  const types = typesWith(events, (fields) => !fields.includes(id));
  if (types.length === 0) return [];
  return [
    {
      id: 'no-correlation-id',
      message: 'Nobody can tell what an event without the correlation id is about.',
      expected: `${id} in every event`,
      came: `no ${id} in ${types.join(', ')}`,
    },
  ];
}

/**
 * The repository's lint gives a field to the first event that has it: `given` comes before the answer's, and tells who owns
 * what in truth.
 */
export function forwarded(given: Contracts, events: Contracts): Finding[] {
  const answered = Object.entries(events).map(([type, event]) => [`answer ${type}`, event]);
  const foreign = foreignFields({ events: { ...given, ...Object.fromEntries(answered) } });
  return Object.entries(events).flatMap(([type, { owner }]) => {
    const fields = foreign[`answer ${type}`];
    if (!fields) return [];
    return {
      id: 'foreign-field',
      message: `${type} carries data that its publisher does not own.`,
      expected: `in ${type} only what ${owner} itself decides on or finds out, and ids`,
      came: fields.join(', '),
    };
  });
}

export const typesWith = (events: Contracts, holds: (fields: string[]) => boolean): string[] =>
  Object.entries(events).flatMap(([type, { schema }]) => (holds(fieldsOf(schema)) ? [type] : []));
