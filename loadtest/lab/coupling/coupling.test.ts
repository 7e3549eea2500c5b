import { expect, it } from 'vitest';
import { pattern as photo } from '#shared/testing/fixtures/photo-flow/pattern.ts';
import { type Figure, spreadIn } from '../figures.ts';
import { openSubjects } from '../subjects.ts';
import { couplingOf } from './coupling.ts';
import { plainOrder } from './wiring.ts';

const valuesOf = (figures: readonly Figure[]) =>
  Object.fromEntries(figures.map(({ measure, value }) => [measure, value]));

it('of a small flow is what one counts by hand', () => {
  const { 'bytes-per-order': bytes = 0, ...counted } = valuesOf(couplingOf(photo));
  expect(counted).toEqual({
    'foreign-fields': 0,
    // The storage: the upload, three steps done or refused; its own three outcomes and three requests to discard.
    'known-event-types': 13,
    // photo.uploaded, one of the steps, photo.stored.
    'longest-path': 3,
    'messages-per-order': 5,
    // The storage reacts to the further step.
    'changed-by-requirement': 1,
    'changed-by-field': 1,
    // An image processor, say: the upload and its own two reports, the storage's request and two outcomes.
    'types-known-by-others': 5,
    services: 5,
    'event-types': 16,
    'asked-of-others': 3,
    'correlating-services': 1,
    'deciding-services': 4,
    // Three of six: from each step to the storage.
    'steps-in-one-service': 0.5,
    ...Object.fromEntries(photo.services.map(({ name }) => [`foreign-fields-${name}`, 0])),
  });
  const data = [...plainOrder(photo).keys()].map((type) => JSON.stringify(photo.flow.events[type]?.example));
  expect(bytes).toBeGreaterThan(data.join('').length + 5 * 300);
  expect(bytes).toBeLessThan(data.join('').length + 5 * 700);
});

it('has the same figures each time', async () => {
  const figures = async () => (await openSubjects()).flatMap(({ pattern }) => couplingOf(pattern));
  expect(await figures()).toEqual(await figures());
});

const names = ['choreography', 'orchestration', 'chain', 'aggregator', 'orchestration/sequential'];

it.each([
  ['foreign-fields', [0, 6, 39, 9, 6]],
  ['longest-path', [3, 5, 5, 4, 9]],
  ['messages-per-order', [5, 9, 5, 7, 9]],
  ['changed-by-requirement', [2, 3, 5, 3, 3]],
  ['changed-by-field', [1, 2.5, 7, 1, 2.5]],
  ['foreign-fields-payment-service', [0, 0, 4, 0, 0]],
  ['asked-of-others', [5, 9, 5, 6, 9]],
  ['steps-in-one-service', [0.5, 0.6, 0.25, 3 / 8, 0.6]],
])('%s tells the patterns apart', async (measure, expected) => {
  const subjects = await openSubjects(names);
  const figures = subjects.flatMap(({ pattern }) => couplingOf(pattern));
  expect(names.map((subject) => spreadIn(figures, { subject, measure }).median)).toEqual(expected);
});
