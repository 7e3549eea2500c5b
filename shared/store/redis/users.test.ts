import { expect, test } from 'vitest';
import { redisUsersFile, storeCommands, storeRules } from './users.ts';

test('a store’s user may send the scripts, and the scripts what they call, but nothing that lists or removes keys', () => {
  expect(storeCommands()).toEqual(expect.arrayContaining(['evalsha', 'hset', 'zadd', 'time']));
  for (const command of ['flushall', 'flushdb', 'keys', 'scan', 'config', 'acl', 'script'])
    expect(storeCommands()).not.toContain(command);
});

test('nobody is let in but the users of the file, by hashes', () => {
  const file = redisUsersFile([
    { user: 'kitchen-service', password: 'secret', rules: storeRules(['kitchen-service']) },
  ]);
  expect(file).toMatch(
    /^user default off ~\* &\* \+@all\nuser kitchen-service on #[0-9a-f]{64} resetchannels -@all ~kitchen-service:\* \+/,
  );
  expect(file).not.toContain('secret');
});
