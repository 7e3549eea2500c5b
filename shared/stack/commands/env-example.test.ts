import { expect, test } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { envExample } from './fixtures/env-example.ts';

test('.env.example lists every variable that the settings read (vitest -u writes it)', async () => {
  await expect(envExample(choreography)).toMatchFileSnapshot('../../../.env.example');
});
