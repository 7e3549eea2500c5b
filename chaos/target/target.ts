import type { FaultSpec } from '#shared/faults/fault-spec.ts';
import { loadPattern, type Pattern } from '#shared/runtime/pattern.ts';
import type { Settings } from '#shared/runtime/settings.ts';
import type { PartAction, PartDescription, StackDescription } from '#shared/stack/control-server.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import type { StorePlaces } from '#shared/store/stores.ts';
import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import type { Network } from './network.ts';

/** A running stack that experiments are made on: faults are injected only into processes that it started itself. */
export interface Target extends AsyncDisposable {
  /** `a stack of its own` */
  readonly name: string;
  readonly pattern: Pattern;
  readonly settings: Omit<Settings, 'CHAOS_TOKEN'>;
  readonly orderUrl: string;
  readonly natsUrl: string;
  readonly stores: StorePlaces;
  readonly prometheusUrl: string | undefined;
  /** Where annotations go; undefined when no Grafana shows this stack. */
  readonly grafanaUrl: string | undefined;
  readonly parts: readonly Part[];
  /** The connections from the services to the servers; undefined when no proxy is in them. */
  readonly network: Network | undefined;
}

/** One process of the stack that faults are injected into. */
export interface Part {
  /** `kitchen-service`, `nats`, `redis` */
  readonly name: string;
  /** From 1. */
  readonly replica: number;
  signal(signal: NodeJS.Signals): Promise<void>;
  /** Kills it, if it runs, and starts it; resolves when it is ready. */
  restart(): Promise<void>;
  /** Asks its admin server, by PUT when there is a body; undefined when there is none, or no answer. */
  admin(path: string, body?: unknown): Promise<AdminAnswer | undefined>;
}

export interface AdminAnswer {
  readonly status: number;
  readonly text: string;
}

/** What an experiment needs of a stack; one that runs already either has it, or the experiment is not run. */
export interface Needs {
  readonly env: Readonly<Record<string, string>>;
  /** Service -> replicas, where not one. */
  readonly replicas: Readonly<Record<string, number>>;
  /** A proxy in the connections between the services and the servers. */
  readonly network: boolean;
  /** Services whose clock can be set wrong. */
  readonly skewable: readonly string[];
}

export const noNeeds: Needs = { env: {}, replicas: {}, network: false, skewable: [] };

/** The experiment cannot be made here; `message` says what is missing. Its verdict is "not run", never "passed". */
export class NotRunnable extends StartFailure {}

/** @throws NotRunnable for what only a stack of its own has */
export function refuseOwnStackNeeds({ network, skewable }: Needs): void {
  const only = 'only in a stack of its own: leave --target out';
  if (network) throw new NotRunnable(`there is a toxiproxy for each service and server ${only}`);
  // Without the preload, a process dies of the signal.
  if (skewable.length > 0) throw new NotRunnable(`a clock can be skewed ${only}`);
}

/** @throws NotRunnable when there is no such part, or not so many replicas */
export function partOf({ parts }: Target, name: string, replica = 1): Part {
  const found = parts.find((part) => part.name === name && part.replica === replica);
  if (!found) throw new NotRunnable(`this stack has no ${name}${replica > 1 ? ` ${replica}` : ''}`);
  return found;
}

/** Sets these message and dependency faults in every service that runs; none: clears them. @throws when one refuses. */
export async function setFaults(target: Target, faults: readonly FaultSpec[]): Promise<void> {
  const answers = target.parts.map(async (part) => {
    const answer = await part.admin('/faults', faults);
    if (answer?.status === 404)
      throw new NotRunnable(`${part.name} takes no faults: start the stack with CHAOS_TOKEN set`);
    if (answer && answer.status !== 200) throw new Error(`${part.name} refuses the faults: ${answer.text}`);
  });
  await Promise.all(answers);
}

/** What the services injected, as they count it: fault and event type -> how often. A killed process loses its counts. */
export async function injectedCounts({ parts }: Target): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const line = new RegExp(`^${metrics.chaosInjected.name}\\{(.*?)\\} (\\S+)`, 'gm');
  for (const answer of await Promise.all(parts.map((part) => part.admin('/metrics'))))
    for (const [, labels = '', value] of answer?.text.matchAll(line) ?? []) {
      const named = Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, text]) => [name, text]));
      const key = `${named.fault} ${named.type}`;
      if (Number(value) > 0) counts[key] = (counts[key] ?? 0) + Number(value);
    }
  return counts;
}

/** A stack as its description says; `act` signals or restarts one of its parts. No proxy is in its connections. @throws NotRunnable */
export async function targetOf<Described extends PartDescription>(
  name: string,
  stack: Omit<StackDescription, 'parts'> & { readonly parts: readonly Described[] },
  act: (part: Described, action: PartAction) => Promise<void>,
): Promise<Target> {
  const { settings, orderUrl, natsUrl, stores, prometheusUrl, chaosToken = '' } = stack;
  if (!orderUrl) throw new NotRunnable('this stack takes no orders: it runs without its intake');
  const parts = stack.parts.map(
    (part): Part => ({
      name: part.name,
      replica: part.replica,
      signal: (signal) => act(part, { do: 'signal', signal }),
      restart: () => act(part, { do: 'restart', signal: 'SIGKILL' }),
      admin: async (path, body) => (part.adminUrl ? askAdmin(part.adminUrl + path, chaosToken, body) : undefined),
    }),
  );
  const urls = { orderUrl, natsUrl, stores, prometheusUrl, grafanaUrl: undefined };
  const pattern = await loadPattern(settings.PATTERN);
  return { name, pattern, settings, ...urls, parts, network: undefined, async [Symbol.asyncDispose]() {} };
}

const ANSWER_WITHIN_MS = 3_000;

/** Undefined without an answer: the process may be killed, frozen or restarting. */
async function askAdmin(url: string, token: string, body?: unknown): Promise<AdminAnswer | undefined> {
  const authorization = `Bearer ${token}`;
  const request =
    body === undefined
      ? { headers: { authorization } }
      : { method: 'PUT', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(body) };
  try {
    const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return { status: answer.status, text: await answer.text() };
  } catch {
    return undefined;
  }
}
