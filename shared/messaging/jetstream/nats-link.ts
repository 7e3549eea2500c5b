import { setTimeout as delay } from 'node:timers/promises';
import {
  AuthorizationError,
  type ConnectionOptions,
  connect,
  createInbox,
  type NatsConnection,
} from '@nats-io/transport-node';
import type { BusStatus } from '../broker-inspector.ts';
import { Unavailable } from '../faults.ts';
import { bareUrl, maskUrl } from '../server-url.ts';
import { BrokerRefusal, onceReady } from './broker-answer.ts';

export interface NatsLinkOptions {
  /** With the user and password, where the broker asks for them. */
  readonly url: string;
  /** Connection name: the service's. */
  readonly name: string;
  /** How long to wait for the broker at first. */
  readonly connectWithinMs?: number;
}

/** One connection that reconnects for ever, and what is known of it. */
export interface NatsLink {
  readonly nc: NatsConnection;
  readonly status: BusStatus;
  /** Ms since the epoch. */
  readonly connectedSince: number;
  /** Called when the connection is lost, and when it is restored. Returns what ends that. */
  onChange(listener: (status: BusStatus) => void): () => void;
  /** A subject for answers that this connection's user may hear. */
  newInbox(): string;
  /** Flushes what is under way, if the broker takes it, and closes. */
  close(): Promise<void>;
}

/** The first version with several filters per consumer is 2.10.0; the first that reads the reason of a `+TERM` is this one. */
export const MIN_NATS_VERSION = '2.10.4';

/** `2.12.1` >= `2.10.4`, compared number by number; what follows a dash does not count. */
export const isAtLeast = (version = '0', least: string): boolean =>
  (version.split('-')[0] ?? '').localeCompare(least, 'en', { numeric: true }) >= 0;

const FLUSH_WITHIN_MS = 2_000;

/** @throws Unavailable when no broker answers in time, Error when it refuses us. */
export async function openNatsLink(options: NatsLinkOptions): Promise<NatsLink> {
  const nc = await onceReady(() => connectTo(options), options.connectWithinMs);
  const { inboxPrefix } = serverOf(options.url);
  const listeners = new Set<(status: BusStatus) => void>();
  const change = (to: BusStatus): void => {
    if (to === link.status) return;
    link.status = to;
    if (to === 'connected') link.connectedSince = Date.now();
    for (const listener of listeners) listener(to);
  };
  const watch = async () => {
    for await (const { type } of nc.status()) {
      if (type === 'disconnect' || type === 'staleConnection') change('away');
      else if (type === 'reconnect') change('connected');
    }
    change('closed');
  };
  const link: { -readonly [K in keyof NatsLink]: NatsLink[K] } = {
    nc,
    status: 'connected',
    connectedSince: Date.now(),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    newInbox: () => createInbox(inboxPrefix),
    async close() {
      if (link.status === 'connected')
        await Promise.race([nc.drain().catch(() => undefined), delay(FLUSH_WITHIN_MS, undefined, { ref: false })]);
      await nc.close();
      change('closed');
    },
  };
  void watch();
  return link;
}

/** A request that fails as soon as the connection is lost; the client itself would wait for its timeout. @throws Unavailable */
export async function whileConnected<T>(link: NatsLink, asked: Promise<T>): Promise<T> {
  const lost = Promise.withResolvers<never>();
  const forget = link.onChange(() => lost.reject(new Unavailable('broker')));
  return Promise.race([asked, lost.promise]).finally(forget);
}

const connectTo = ({ url, name }: NatsLinkOptions): Promise<NatsConnection> =>
  connect({
    ...serverOf(url),
    name,
    maxReconnectAttempts: -1,
    // While a broker is being set up it may not know our credentials yet.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 250,
    // Two unanswered pings reveal a frozen broker; the client's own default is minutes.
    pingInterval: 5_000,
    maxPingOut: 2,
    timeout: 3_000,
    noAsyncTraces: true,
  }).catch((cause: unknown) => {
    const server = `the NATS server at ${maskUrl(url)}`;
    if (!(cause instanceof AuthorizationError)) throw new Error(`${server} does not answer: is it running?`, { cause });
    const user = new URL(url).username || 'a client without credentials';
    const remedy = "give it the CREDENTIALS_FILE that the server's stack made";
    throw new BrokerRefusal(`${server} does not admit ${user}: ${remedy}`, { cause });
  });

/** Each user may subscribe to its own inboxes only. */
export const inboxPrefixOf = (user: string): string => `_INBOX_${user}`;

/** The client's options, since it takes no user from a URL. */
export function serverOf(url: string): Pick<ConnectionOptions, 'servers' | 'user' | 'pass' | 'inboxPrefix'> {
  const { username, password } = new URL(url);
  const servers = bareUrl(url);
  const user = decodeURIComponent(username);
  return user ? { servers, user, pass: decodeURIComponent(password), inboxPrefix: inboxPrefixOf(user) } : { servers };
}
