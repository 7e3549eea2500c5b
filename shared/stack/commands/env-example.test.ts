import { expect, test } from 'vitest';
import { envExample } from './env-example.ts';

test('.env.example lists every variable that the settings read (vitest -u writes it)', async () => {
  await expect(envExample()).toMatchFileSnapshot('../../../.env.example');
});
