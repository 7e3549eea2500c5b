import type { FaultSpec } from '#shared/faults/fault-spec.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import type { Network } from './network.ts';

/** One process of the stack that faults are injected into. What cannot be done on this stack throws NotRunnable. */
export interface Part {
  /** `kitchen-service`, `nats`, `redis` */
  readonly name: string;
  /** From 1. */
  readonly replica: number;
  signal(signal: NodeJS.Signals): Promise<void>;
  /** Ends it by `signal` if it runs (SIGTERM unless told), and starts it; resolves when it is ready. */
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Lets it drain and end. */
  stop(): Promise<void>;
  /** A request to its admin server; undefined when there is none, or no answer. */
  admin(path: string, request?: AdminRequest): Promise<AdminAnswer | undefined>;
}

export interface AdminRequest {
  readonly method?: 'GET' | 'PUT' | 'DELETE';
  /** Sent as JSON, with the token of the faults. */
  readonly body?: unknown;
}

export interface AdminAnswer {
  readonly status: number;
  readonly text: string;
}

/** Of the stack's settings, what whoever watches it has to know. Ms. */
export interface TargetSettings {
  readonly ORDER_TIMEOUT: number;
  readonly ACK_WAIT: number;
  readonly RETENTION: number;
  readonly DEAD_LETTER_RETENTION: number;
  readonly PARTITIONS: number;
  readonly TIME_SCALE: number;
}

/** A running stack that experiments are made on: faults are injected only into processes that it started itself. */
export interface Target extends AsyncDisposable {
  /** `a stack of its own` */
  readonly name: string;
  readonly settings: TargetSettings;
  readonly orderUrl: string;
  readonly natsUrl: string;
  readonly redisUrl: string;
  readonly prometheusUrl: string | undefined;
  /** Where annotations go; undefined when its Grafana, if any, shows another stack. */
  readonly grafanaUrl: string | undefined;
  readonly parts: readonly Part[];
  /** The ways from the services to the servers; undefined when nothing stands in them. */
  readonly network: Network | undefined;
}

/** What an experiment needs of a stack; one that runs already either is so, or the experiment is not run. */
export interface Needs {
  readonly env: Readonly<Record<string, string>>;
  /** Service -> replicas, where not one. */
  readonly replicas: Readonly<Record<string, number>>;
  /** Something that can disturb the ways between the services and the servers. */
  readonly network: boolean;
  /** Services whose clock can be set wrong. */
  readonly skewable: readonly string[];
}

/** The experiment cannot be made here; `message` says what is missing. Its verdict is "not run", never "passed". */
export class NotRunnable extends StartFailure {}

/** @throws NotRunnable when there is no such part, or not so many replicas */
export function partOf({ parts }: Target, name: string, replica = 1): Part {
  const found = parts.find((part) => part.name === name && part.replica === replica);
  if (!found) throw new NotRunnable(`this stack has no ${name}${replica > 1 ? ` ${replica}` : ''}`);
  return found;
}

/** Sets these message and dependency faults in every service that runs; none: clears them. @throws when one refuses. */
export async function setFaults(target: Target, faults: readonly FaultSpec[]): Promise<void> {
  const answers = target.parts.map(async (part) => {
    const answer = await part.admin('/faults', { method: 'PUT', body: faults });
    if (answer?.status === 404)
      throw new NotRunnable(`${part.name} takes no faults: start the stack with CHAOS_TOKEN set`);
    if (answer && answer.status !== 200) throw new Error(`${part.name} refuses the faults: ${answer.text}`);
  });
  await Promise.all(answers);
}

/** What the services injected, as they count it: fault and event type -> how often. A killed process loses its counts. */
export async function injectedCounts({ parts }: Target): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const line = new RegExp(`^${metrics.chaosInjected.name}\\{(.*?)\\} (\\S+)`, 'gm');
  for (const answer of await Promise.all(parts.map((part) => part.admin('/metrics'))))
    for (const [, labels = '', value] of answer?.text.matchAll(line) ?? []) {
      const named = Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, text]) => [name, text]));
      const key = `${named.fault} ${named.type}`;
      if (Number(value) > 0) counts.set(key, (counts.get(key) ?? 0) + Number(value));
    }
  return counts;
}

const ANSWER_WITHIN_MS = 3_000;

/** Undefined when nobody answers: the process may be killed, frozen or restarting. */
export async function askAdmin(
  adminUrl: string,
  token: string,
  path: string,
  { method = 'GET', body }: AdminRequest = {},
): Promise<AdminAnswer | undefined> {
  try {
    const answer = await fetch(`${adminUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { status: answer.status, text: await answer.text() };
  } catch {
    return undefined;
  }
}
