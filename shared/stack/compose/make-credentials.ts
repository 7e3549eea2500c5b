import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { scramVerifier } from '#shared/store/postgres/scram.ts';
import { type Access, createAccess, rightsOf } from '../access/access.ts';
import { type KnownCredentials, MONITOR, SET_UP, writeSecret } from '../access/credentials-files.ts';

/** Every user id of a container that mounts a volume may read it: so each mounts its own alone. */
const MODE = 0o644;

/** A job of docker-compose.yml: makes every user's credentials in its volume, mounted below `folder`. Existing ones are kept. */
async function makeCredentials(folder: string): Promise<void> {
  const rights = rightsOf(await loadPattern(readSettings().PATTERN));
  const place = (user: string) => (user === MONITOR ? 'redis' : user);
  for (const user of rights.keys())
    if (!existsSync(join(folder, place(user))))
      throw new Error(`no volume is mounted at ${join(folder, place(user))}: give ${user} one in docker-compose.yml`);
  const access = await createAccess(rights, (user) => join(folder, place(user), 'credentials.json'), MODE);
  for (const [file, text] of Object.entries({ ...serverFiles(access), ...postgresFiles(access) }))
    await writeSecret(join(folder, file), text, MODE);
  await makeChaosToken(join(folder, 'faults/token'));
  console.log(`${rights.size} users have their credentials.`);
}

/** With it the demo sets its fault at the service that mounts the same volume. */
async function makeChaosToken(file: string): Promise<void> {
  if (!existsSync(file)) await writeSecret(file, randomBytes(16).toString('hex'), MODE);
}

/** The users of both servers, and the password of Redis' health check and, in its own format, of its exporter. */
function serverFiles({ natsUsers, redisUsers, credentials }: Access): Record<string, string> {
  const { user, redis } = credentials.get(MONITOR) as KnownCredentials;
  return {
    'nats/users.conf': natsUsers,
    'redis/users.acl': redisUsers,
    'redis/monitor': redis,
    'redis/exporter.json': JSON.stringify({ [`redis://${user}@redis:6379`]: redis }),
  };
}

/** The superuser's password for the server, and for the set-up what lets it make all other users without their passwords. */
function postgresFiles({ credentials }: Access): Record<string, string> {
  const verifiers = [...credentials].map(([user, { postgres }]) => [user, scramVerifier(postgres)]);
  return {
    'postgres/password': credentials.get(SET_UP)?.postgres ?? '',
    'set-up/postgres.json': JSON.stringify(Object.fromEntries(verifiers)),
  };
}

try {
  await makeCredentials(process.argv[2] ?? '/credentials');
} catch (error) {
  console.error(`no credentials were made: ${(error as Error).message}`);
  process.exitCode = 1;
}
