import type { Logger } from 'pino';
import type { BrokerInspector } from '#shared/messaging/broker-inspector.ts';
import type { OpenStore } from '#shared/store/store.ts';
import type { Behaviour } from './behaviour.ts';
import { openOrder } from './order.ts';
import type { Reactor } from './reactor.ts';

/** What a service does periodically, besides consuming events. */

export interface SweepOptions {
  /** Its durable is named as it is. */
  readonly service: string;
  readonly judgesDeadlines: boolean;
  readonly store: Pick<OpenStore, 'claimDue'>;
  readonly bus: Pick<BrokerInspector, 'status' | 'connectedSince' | 'caughtUp'>;
  readonly reactor: Pick<Reactor, 'attend'>;
  readonly now: () => number;
  /** After the broker was away no deadline is judged for so long: what others owe arrives first. ms */
  readonly graceMs: number;
}

const SWEEP_LIMIT = 200;
const SWEEP_LEASE_MS = 5_000;

/**
 * One sweep: attends to the orders that are due, be it a deadline, an answer still outstanding or an event that a crash left
 * unpublished. Deadlines are judged only when the service has caught up with what the stream held when they were found due; no
 * answer from the broker, no decision: the lease runs out and a later sweep finds them again.
 */
export async function sweep(options: SweepOptions): Promise<void> {
  const { store, reactor, judgesDeadlines } = options;
  const due = await store.claimDue(SWEEP_LIMIT, SWEEP_LEASE_MS);
  if (due.length === 0) return;
  const caughtUp = !judgesDeadlines || (await hasCaughtUp(options));
  const results = await Promise.allSettled(due.map((one) => reactor.attend(one, caughtUp)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function hasCaughtUp({ bus, service, now, graceMs }: SweepOptions): Promise<boolean> {
  if (bus.status !== 'connected' || now() - (bus.connectedSince ?? now()) < graceMs) return false;
  return bus.caughtUp([service], SWEEP_LEASE_MS / 2);
}

/** Below this share of its units a pool is raised to them again; above it nothing is done, so that what is given back fits. */
const REORDER_POINT = 0.5;

/** Sets up the pools that are missing and, where the service restocks, raises those that ran low. */
export async function stockPools(
  store: Pick<OpenStore, 'counters' | 'stock'>,
  { units, restock }: NonNullable<Behaviour['pools']>,
): Promise<void> {
  const { pools } = await store.counters();
  const where = (isWanted: (pool: string, whole: number) => boolean) =>
    Object.fromEntries(Object.entries(units).filter(([pool, whole]) => isWanted(pool, whole)));
  const missing = where((pool) => pools[pool] === undefined);
  const low = where((pool, whole) => restock && (pools[pool] ?? whole) < whole * REORDER_POINT);
  if (Object.keys(missing).length > 0) await store.stock(missing, 'missing');
  if (Object.keys(low).length > 0) await store.stock(low, 'raise');
}

const REPORTED_ORDERS = 20;
/** An order that has waited for less is merely under way. */
const MIN_WAIT_MS = 1_000;

/**
 * Logs one line for each of the orders that have waited longest: what for, how long, and its trace. Every replica logs the
 * same.
 */
export async function reportWaiting<State>(
  { rules, waitsFor }: Pick<Behaviour<State>, 'rules' | 'waitsFor'>,
  store: Pick<OpenStore, 'oldest' | 'load'>,
  log: Logger,
): Promise<void> {
  const documents = await Promise.all((await store.oldest(REPORTED_ORDERS)).map(({ id }) => store.load(id)));
  for (const document of documents) {
    const { state, events } = openOrder(rules, document);
    const { missing, since = document.now } = waitsFor?.(state) ?? {};
    const ms = document.now - since;
    if (ms < MIN_WAIT_MS) continue;
    const [, trace_id] = events.find(({ traceparent }) => traceparent)?.traceparent?.split('-') ?? [];
    log.info({ order_id: document.id, decision: 'stuck', missing, waiting_s: ms / 1_000, trace_id }, 'order waits');
  }
}
