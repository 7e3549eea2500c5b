import { readFile, stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { createTestUsers } from '#shared/stack/access/fixtures/test-users.ts';
import { createAccess, rightsOf } from './access.ts';
import { credentialsFile } from './credentials-files.ts';

it('credentials are read by their owner alone, and stay as they are at the next start', async () => {
  await using users = await createTestUsers();
  const { folder } = users;
  const text = () => readFile(credentialsFile(folder, 'payment-service'), 'utf8');
  const before = await text();
  expect((await stat(credentialsFile(folder, 'payment-service'))).mode & 0o777).toBe(0o600);
  await createAccess(rightsOf(choreography), (user) => credentialsFile(folder, user));
  expect(await text()).toBe(before);
});

it('credentials reach the servers as hashes only', async () => {
  await using users = await createTestUsers();
  const { access } = users;
  for (const known of access.credentials.values())
    for (const secret of [known.nats, known.redis]) expect(access.natsUsers + access.redisUsers).not.toContain(secret);
});
