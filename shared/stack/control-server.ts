import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Fastify from 'fastify';
import type { Settings } from '#shared/runtime/settings.ts';
import type { Stack } from './stack.ts';

/** Where whoever may write to the data folder reaches the stack that runs on it: a Unix socket, for its owner alone. */
export const controlSocket = (dataFolder: string): string => join(dataFolder, 'control.sock');

/** What a running stack tells of itself. */
export interface StackDescription {
  readonly settings: Omit<Settings, 'CHAOS_TOKEN'>;
  readonly orderUrl: string | undefined;
  readonly natsUrl: string;
  readonly redisUrl: string;
  readonly prometheusUrl: string | undefined;
  /** Opens `/faults` of every service. */
  readonly chaosToken: string | undefined;
  readonly parts: readonly PartDescription[];
}

export interface PartDescription {
  /** `kitchen-service`, `nats` or `redis` */
  readonly name: string;
  readonly replica: number;
  /** Of a service. */
  readonly adminUrl?: string;
}

/** What may be asked of a part. */
export type PartAction =
  | { readonly do: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly do: 'restart'; readonly signal?: 'SIGTERM' | 'SIGKILL' }
  | { readonly do: 'stop' };

/** Longer ones cannot be bound (sun_path). */
const LONGEST_PATH = 100;

/**
 * Lets the stack be described and its parts be signalled, restarted and stopped through the socket: only the one who
 * started them can do so. `GET /`: a StackDescription. `POST /<part>/<replica>`: a PartAction.
 * @throws Error when the socket cannot be made
 */
export async function serveControl(stack: Stack, socket: string): Promise<{ stop(): Promise<void> }> {
  if (socket.length > LONGEST_PATH) throw new Error(`${socket} is too long for a socket's name`);
  const server = Fastify({ forceCloseConnections: true });
  server.get('/', async () => describe(stack));
  server.post<{ Params: { name: string; replica: string } }>('/:name/:replica', async ({ params, body }, reply) => {
    const part = partOf(stack, params.name, Number(params.replica));
    if (!part) return reply.code(404).send({ error: `no ${params.name} ${params.replica} runs here` });
    await act(part, body as PartAction);
    return { done: true };
  });
  await rm(socket, { force: true });
  await server.listen({ path: socket });
  await chmod(socket, 0o600);
  return { stop: () => server.close() };
}

interface Part {
  signal(signal: NodeJS.Signals): void;
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  stop(): Promise<void>;
}

function partOf({ nats, redis, services }: Stack, name: string, replica: number): Part | undefined {
  if (name === 'nats' || name === 'redis') return { nats, redis }[name];
  return services.find((service) => service.name === name && service.replica === replica);
}

async function act(part: Part, action: PartAction): Promise<void> {
  if (action.do === 'signal') part.signal(action.signal);
  else if (action.do === 'restart') await part.restart(action.signal);
  else await part.stop();
}

function describe({ settings, nats, redis, prometheus, services, orderUrl }: Stack): StackDescription {
  const { CHAOS_TOKEN: chaosToken, ...rest } = settings;
  return {
    settings: rest,
    orderUrl,
    natsUrl: nats.url,
    redisUrl: redis.url,
    prometheusUrl: prometheus?.url,
    chaosToken,
    parts: [
      { name: 'nats', replica: 1 },
      { name: 'redis', replica: 1 },
      ...services.map(({ name, replica, adminUrl }) => ({ name, replica, adminUrl })),
    ],
  };
}
