import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { bareUrl, withUser } from '#shared/messaging/server-url.ts';
import type { Service } from '#shared/runtime/service.ts';
import { type Access, createAccess, rightsOf } from '#shared/stack/access/access.ts';
import { credentialsFile, OPERATOR } from '#shared/stack/access/credentials-files.ts';
import { loadServices } from '#shared/stack/load-services.ts';
import type { ServerAccess } from '#shared/stack/processes/launch.ts';
import { temporaryFolder } from '#shared/stack/programs/temporary-folder.ts';

/** The users of all services, as a first start makes them, in a folder of their own that is removed with them. */
export interface TestUsers extends AsyncDisposable {
  readonly folder: string;
  readonly services: readonly Service[];
  readonly access: Access;
  /** For a server of that kind which knows them, and which the test asks as the operator. */
  accessTo(server: 'nats' | 'redis'): ServerAccess;
  /** The server's address for one of them. */
  urlOf(url: string, user: string, server: 'nats' | 'redis'): string;
}

export async function createTestUsers(): Promise<TestUsers> {
  const { path: folder, remove } = await temporaryFolder('test');
  const services = await loadServices(pizzaFlow);
  const access = await createAccess(rightsOf(pizzaFlow, services), (user) => credentialsFile(folder, user));
  return {
    folder,
    services,
    access,
    accessTo: (server) => ({
      users: server === 'nats' ? access.natsUsers : access.redisUsers,
      as: { user: OPERATOR, password: access.credentials.get(OPERATOR)?.[server] ?? '' },
    }),
    urlOf: (url, user, server) => withUser(bareUrl(url), user, access.credentials.get(user)?.[server]),
    [Symbol.asyncDispose]: async () => remove(),
  };
}
