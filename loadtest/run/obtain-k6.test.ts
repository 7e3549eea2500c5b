import { expect, it } from 'vitest';
import { readComposeFile } from '#shared/stack/compose/fixtures/compose-file.ts';
import { profiles } from './load-options.ts';
import { K6_IMAGE } from './obtain-k6.ts';

const { k6 } = readComposeFile().file.services;

it('is the same k6 in compose as outside of it', () => {
  expect(k6?.image).toBe(K6_IMAGE);
});

it('runs a profile of the name that is given to it, smoke by itself', () => {
  expect(k6?.command).toEqual(['smoke']);
  expect(Object.keys(profiles)).toContain('smoke');
});
