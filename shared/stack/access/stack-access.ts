import { mkdir } from 'node:fs/promises';
import { bareUrl, withUser } from '#shared/messaging/server-url.ts';
import type { Pattern } from '#shared/runtime/pattern.ts';
import type { Settings } from '#shared/runtime/settings.ts';
import type { StoreKind } from '#shared/store/store-kind.ts';
import { temporaryFolder } from '../programs/temporary-folder.ts';
import type { NatsOptions, ServerOptions } from '../servers/native-server.ts';
import { createAccess, rightsOf, setUpFlow, storeOwners } from './access.ts';
import { credentialsDir, credentialsFile, type KnownCredentials, OPERATOR, SET_UP } from './credentials-files.ts';

/** What the parts of a native stack are started with, so that each is a user of its own. */
export interface StackAccess {
  readonly nats: (settings: Settings) => Pick<NatsOptions, 'access' | 'prepare'>;
  /** For the server of a kind of store. */
  readonly store: (kind: StoreKind) => Promise<Pick<ServerOptions, 'access' | 'prepare'>>;
  /** The variables that tell a service who it is; none for what is no service of the flow. */
  readonly envOf: (service: string) => Readonly<Record<string, string>>;
}

/** Makes the credentials: kept ones in the data folder, else in a temporary one that is removed `afterwards`. */
export async function prepareAccess(
  pattern: Pattern,
  kept: boolean | undefined,
  afterwards: (() => void)[],
): Promise<StackAccess> {
  const temporary = kept ? undefined : await temporaryFolder('credentials');
  if (temporary) afterwards.push(temporary.remove);
  const folder = temporary?.path ?? credentialsDir();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fileOf = (user: string) => credentialsFile(folder, user);
  const access = await createAccess(rightsOf(pattern), fileOf);
  const of = (user: string) => access.credentials.get(user) as KnownCredentials;
  return {
    nats: (settings) => ({
      access: { users: access.natsUsers, as: { user: OPERATOR, password: of(OPERATOR).nats } },
      prepare: (url) => setUpFlow(withUser(bareUrl(url), SET_UP, of(SET_UP).nats), settings, pattern),
    }),
    async store({ login, load }) {
      const { prepare } = await load();
      // Of PostgreSQL they are no file: `prepare` makes them.
      const users = login === 'redis' ? access.redisUsers : '';
      const owners = storeOwners(pattern, (user) => (login ? of(user)[login] : ''));
      return {
        ...(login && { access: { users, as: { user: OPERATOR, password: of(OPERATOR)[login] } } }),
        ...(prepare && { prepare: (url) => prepare(url, owners) }),
      };
    },
    envOf: (service) => (access.credentials.has(service) ? { CREDENTIALS_FILE: fileOf(service) } : {}),
  };
}
