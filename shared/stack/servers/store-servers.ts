import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Pattern } from '#shared/runtime/pattern.ts';
import type { Settings } from '#shared/runtime/settings.ts';
import { dataFolder, ownStoreUrl, storeKindsIn } from '#shared/runtime/store-settings.ts';
import type { StoreKind } from '#shared/store/store-kind.ts';
import type { StackAccess } from '../access/stack-access.ts';
import { dataDir } from '../processes/data-dir.ts';
import type { Own } from '../processes/keep-running.ts';
import { temporaryFolder } from '../programs/temporary-folder.ts';
import { type ServerOptions, startDynalite, startPostgres, startRedis } from './native-server.ts';
import type { NativeServer } from './running-server.ts';

/** How `npm start` and tests run a store's server, by the variable that names it. NATS runs anyway. */
const programs: Readonly<Record<string, StoreProgram>> = {
  REDIS_URL: { name: 'redis-server', start: startRedis },
  POSTGRES_URL: { name: 'postgres', start: startPostgres },
  DYNAMODB_ENDPOINT: { start: startDynalite },
};

interface StoreProgram {
  /** Undefined: it comes with the packages of this repository. */
  readonly name?: string;
  readonly start: (options: ServerOptions) => Promise<NativeServer>;
}

/** The programs that the stores of the pattern need besides NATS. */
export const storeProgramsIn = (pattern: Pattern, settings: Settings): string[] =>
  storeKindsIn(pattern, settings).flatMap(({ variable }) => programs[variable]?.name ?? []);

interface Owned {
  readonly server: Own;
  /** Called when all have ended. */
  readonly afterwards: (() => void)[];
}

/** Starts what the stores need besides NATS; `kept`: on its own port, in its own folder. Variable -> URL. @throws StartFailure */
export async function startStoreServers(
  pattern: Pattern,
  settings: Settings,
  { kept, access }: { readonly kept: boolean; readonly access: StackAccess },
  own: Owned,
) {
  const { BIND: bind, DURABLE: durable, PATTERN, storePorts } = settings;
  const urls: Record<string, string> = {};
  const servers: NativeServer[] = [];
  const start = async (kind: StoreKind) => {
    const { name, variable, portVariable, login } = kind;
    const dir = kept ? join(dataDir(), dataFolder(name, PATTERN)) : undefined;
    const program = programs[variable];
    if (!portVariable || !program) {
      urls[variable] = await folderUrl(name, dir, own.afterwards);
      return;
    }
    // Nobody logs in, so a server that is named can be used as it is: DynamoDB Local, or the real thing.
    const named = settings.storeUrls[variable] ?? '';
    if (!login && named !== ownStoreUrl(kind, settings)) {
      urls[variable] = named;
      await (await access.store(kind)).prepare?.(named);
      return;
    }
    const place = dir ? { dir, port: storePorts[portVariable] as number, portVariable } : {};
    const server = await own.server(program.start({ bind, durable, ...place, ...(await access.store(kind)) }));
    servers.push(server);
    urls[variable] = server.url;
  };
  const starting = storeKindsIn(pattern, settings)
    .filter(({ login }) => login !== 'nats')
    .map(start);
  // One that fails is not to leave another's start behind.
  await Promise.allSettled(starting);
  await Promise.all(starting);
  return { servers, urls };
}

/** The server of one kind, or its folder, for tests: data and port of its own, nobody logs in. */
export async function openStoreServer({ name, variable, portVariable }: StoreKind, natsUrl: string) {
  if (variable === 'NATS_URL') return { url: natsUrl, async [Symbol.asyncDispose]() {} };
  const program = programs[variable];
  if (portVariable && program) return program.start({});
  const { path, remove } = await temporaryFolder(name);
  return { url: pathToFileURL(path).href, [Symbol.asyncDispose]: async () => remove() };
}

async function folderUrl(name: string, wanted: string | undefined, afterwards: (() => void)[]): Promise<string> {
  const temporary = wanted ? undefined : await temporaryFolder(name);
  if (temporary) afterwards.push(temporary.remove);
  const path = wanted ?? temporary?.path ?? '';
  await mkdir(path, { recursive: true });
  return pathToFileURL(path).href;
}
