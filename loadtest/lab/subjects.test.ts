import { expect, it } from 'vitest';
import { busiestOf } from './healthy.ts';
import { openSubjects, PEER, subjectNames } from './subjects.ts';

const namesOf = async (...only: string[]) => (await openSubjects(only)).map(({ pattern }) => pattern.name);

it('are all patterns by default, the peer first', async () => {
  expect(await namesOf()).toEqual(subjectNames());
  expect(subjectNames()[0]).toBe(PEER);
  expect(subjectNames()).toEqual(expect.arrayContaining(['orchestration', 'chain', 'aggregator']));
});

it('may be chosen, the option of a pattern, too', async () => {
  expect(await namesOf('orchestration/sequential', 'chain')).toEqual(['chain', 'orchestration/sequential']);
});

it('must exist: an unknown name is refused with the known ones', async () => {
  await expect(namesOf('chain', 'chian')).rejects.toThrow(
    /^--only: there is no pattern chian; choose from choreography, .*orchestration\/sequential$/,
  );
});

it('have a busiest service: the one with the most CPU time, else the one that decides', async () => {
  const [subject] = await openSubjects(['aggregator']);
  if (!subject) throw new Error('no subject');
  expect(busiestOf(subject, { nats: 900, driver: 800, payment: 300, aggregator: 200 })).toBe('payment-service');
  expect(busiestOf(subject, { driver: 800 })).toBe('aggregator-service');
});
