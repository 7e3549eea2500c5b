import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { writeSecret } from '../access/credentials-files.ts';
import type { GuardedCommand } from '../processes/guarded-process.ts';
import { StartFailure } from '../processes/start-failure.ts';
import type { LaunchInput, LaunchOf } from './launches.ts';

type User = NonNullable<GuardedCommand['user']>;

/** The database that services use. */
const DATABASE = 'pizza';

/**
 * PostgreSQL, known by the pid in its own file, which says when it answers. Its log and every password stay in the folder; it
 * has no Unix socket. It syncs at each commit, but for data that is not kept: a killed process loses none of that either.
 */
export const postgresLaunch =
  ({ keepsData }: { readonly keepsData: boolean }): LaunchOf =>
  async (input) => {
    const { dir, bind, ports, durable } = input;
    const data = join(dir, 'data');
    const user = await serverUser();
    if (user) await chown(dir, user.uid, user.gid);
    await assertVersion(input, data);
    if (!existsSync(data)) await initialise(input, data, user);
    const access = join(dir, 'access.conf');
    await writeFile(access, 'host all all all scram-sha-256\n');
    const options = {
      ...SMALL,
      listen_addresses: bind,
      port: ports[0],
      unix_socket_directories: '',
      hba_file: access,
      fsync: keepsData || durable ? 'on' : 'off',
    };
    return {
      protocol: 'postgres',
      path: `/${DATABASE}`,
      args: ['-D', data, ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      ...(user && { user }),
      // SIGTERM would wait until the last client has left.
      stopSignal: 'SIGINT',
      answers: (pid) => isReady(data, pid),
    };
  };

const SMALL = {
  shared_buffers: '64MB',
  max_connections: 100,
  max_wal_size: '512MB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** PostgreSQL refuses to run as root: it runs as `postgres`, else as `nobody`. Undefined: as whoever runs this process. */
async function serverUser(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all(['-u', '-g'].map((flag) => execa('id', [flag, name], { reject: false })));
    const [uid, gid] = ids.map(({ stdout }) => Number(stdout));
    if (uid && gid) return { uid, gid };
  }
  throw new StartFailure('PostgreSQL refuses to run as root: add a user "postgres", or start as another user.');
}

/** Makes the cluster of databases, with the superuser alone in it: a start that is killed meanwhile leaves none. */
async function initialise({ dir, program: { path, env }, access }: LaunchInput, data: string, user: User | undefined) {
  const making = join(dir, 'making');
  const secret = join(dir, 'superuser');
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { mode: 0o700 });
  await writeSecret(secret, `${access?.as.password}\n`);
  if (user) for (const file of [making, secret]) await chown(file, user.uid, user.gid);
  const flags = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--no-sync', '--no-instructions'];
  const args = ['-D', making, `--username=${access?.as.user}`, `--pwfile=${secret}`, ...flags];
  const initdb = path === 'postgres' ? 'initdb' : join(dirname(path), 'initdb');
  const { failed, stderr, message } = await execa(initdb, args, { env, reject: false, cwd: '/', ...user });
  await rm(secret);
  const whom = user ? `user id ${user.uid}, as which PostgreSQL runs,` : 'this user';
  if (failed)
    throw new StartFailure(
      `postgres cannot make the data folder ${data}: ${stderr || message}. Let ${whom} into the folder, or set DATA_DIR to another one.`,
    );
  await rename(making, data);
}

/** @throws StartFailure when another major version wrote the folder: none reads another's */
async function assertVersion({ program, dir }: LaunchInput, data: string): Promise<void> {
  const version = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (version && version !== program.version.split('.')[0])
    throw new StartFailure(
      `the data folder ${dir} was made by PostgreSQL ${version}, and ${program.path} is ${program.version}. Remove the folder: the services rebuild what they need from the stream.`,
    );
}

/** The first line of its file is its pid, the eighth its state. */
async function isReady(data: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}
