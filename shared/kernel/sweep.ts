import type { BrokerInspector } from '#shared/messaging/broker-inspector.ts';
import type { Store } from '#shared/store/store.ts';
import type { Reactor } from './reactor.ts';

export interface SweepOptions {
  /** Its durable is named as it is. */
  readonly service: string;
  readonly judgesDeadlines: boolean;
  readonly store: Pick<Store, 'claimDue'>;
  readonly bus: Pick<BrokerInspector, 'status' | 'connectedSince' | 'caughtUp'>;
  readonly reactor: Pick<Reactor, 'attend'>;
  readonly now: () => number;
  /** After the broker was away no deadline is judged for so long: what others owe arrives first. ms */
  readonly graceMs: number;
  readonly limit?: number;
  readonly leaseMs?: number;
}

/**
 * One sweep: attends to the orders that are due, be it a deadline, an answer still outstanding or an event that a crash left
 * unpublished. Deadlines are judged only when the service has caught up with what the stream held when they were found due; no
 * answer from the broker, no decision: the lease runs out and a later sweep finds them again.
 * @returns how many orders it attended to
 */
export async function sweep(options: SweepOptions): Promise<number> {
  const { store, reactor, judgesDeadlines, limit = 200, leaseMs = 5_000 } = options;
  const due = await store.claimDue(limit, leaseMs);
  if (due.length === 0) return 0;
  const caughtUp = judgesDeadlines ? await hasCaughtUp(options, leaseMs / 2) : true;
  const results = await Promise.allSettled(due.map((one) => reactor.attend(one, caughtUp)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return due.length;
}

async function hasCaughtUp({ bus, service, now, graceMs }: SweepOptions, withinMs: number): Promise<boolean> {
  if (bus.status !== 'connected' || now() - (bus.connectedSince ?? now()) < graceMs) return false;
  return bus.caughtUp([service], withinMs);
}
