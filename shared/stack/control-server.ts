import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Fastify from 'fastify';
import type { Settings } from '#shared/runtime/settings.ts';
import type { StorePlaces } from '#shared/store/stores.ts';
import type { Supervised } from './processes/supervise.ts';
import type { Stack } from './stack.ts';

/** Where whoever may write to the data folder reaches the stack that runs on it: a Unix socket, for its owner alone. */
export const controlSocket = (dataFolder: string): string => join(dataFolder, 'control.sock');

export interface StackDescription {
  readonly settings: Omit<Settings, 'CHAOS_TOKEN'>;
  readonly orderUrl: string | undefined;
  readonly natsUrl: string;
  readonly stores: StorePlaces;
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

export type PartAction =
  | { readonly do: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly do: 'restart'; readonly signal?: 'SIGTERM' | 'SIGKILL' };

/** The system binds no longer ones (sun_path). */
const MAX_PATH = 100;

/** `GET /`: a StackDescription. `POST /<part>/<replica>`: a PartAction. @throws Error when the socket cannot be made */
export async function serveControl(stack: Stack, socket: string): Promise<{ stop(): Promise<void> }> {
  if (socket.length > MAX_PATH) throw new Error(`${socket} is too long for a socket's name`);
  const server = Fastify({ forceCloseConnections: true });
  server.get('/', async () => describeStack(stack));
  server.post<{ Params: { name: string; replica: string } }>('/:name/:replica', async ({ params, body }, reply) => {
    const { name, replica } = params;
    const part = partsOf(stack).find((one) => one.name === name && one.replica === Number(replica));
    if (!part) return reply.code(404).send({ error: `no ${name} ${replica} runs here` });
    await act(part.process, body as PartAction);
    return { done: true };
  });
  await rm(socket, { force: true });
  await server.listen({ path: socket });
  await chmod(socket, 0o600);
  return { stop: () => server.close() };
}

export interface StackPart extends PartDescription {
  readonly process: Omit<Supervised, 'ready'>;
}

export const partsOf = ({ servers, services }: Stack): StackPart[] => [
  ...servers.map((process) => ({ name: process.name.replace('-server', ''), replica: 1, process })),
  ...services.map((service) => ({
    name: service.name,
    replica: service.replica,
    adminUrl: service.adminUrl,
    process: service,
  })),
];

export async function act(process: StackPart['process'], action: PartAction): Promise<void> {
  if (action.do === 'signal') process.signal(action.signal);
  else await process.restart(action.signal);
}

export function describeStack(stack: Stack): StackDescription {
  const { CHAOS_TOKEN: chaosToken, ...settings } = stack.settings;
  return {
    settings,
    orderUrl: stack.orderUrl,
    natsUrl: stack.nats.url,
    stores: stack.stores,
    prometheusUrl: stack.prometheus?.url,
    chaosToken,
    parts: partsOf(stack).map(({ process: _, ...part }) => part),
  };
}
