import type { Change, Grouped, Totals } from './correlation-store.ts';
import { addFact, type MemoryOrder, newOrder, nextLook } from './memory-order.ts';
import { applyHolds, fill } from './memory-pools.ts';
import { refuseRepeats } from './refuse-repeats.ts';

export interface LedgerContents {
  readonly pools: Map<string, number>;
  readonly orders: Map<string, MemoryOrder>;
  readonly due: Map<string, number>;
  readonly totals: Map<string, number>;
  readonly groups: Map<string, number>;
  readonly since: Map<string, number>;
  readonly outboxPending: number;
}

const empty = (): LedgerContents => ({
  pools: new Map(),
  orders: new Map(),
  due: new Map(),
  totals: new Map(),
  groups: new Map(),
  since: new Map(),
  outboxPending: 0,
});

/** All that a memory store knows, with the steps that change more than one order. Every step is synchronous. */
export class MemoryLedger {
  readonly pools: Map<string, number>;
  readonly #orders: Map<string, MemoryOrder>;
  readonly #due: Map<string, number>;
  readonly #totals: Map<string, number>;
  readonly #groups: Map<string, number>;
  readonly #since: Map<string, number>;
  #outboxPending: number;

  constructor(from: LedgerContents = empty()) {
    const { pools, orders, due, totals, groups, since, outboxPending } = structuredClone(from);
    this.pools = pools;
    this.#orders = orders;
    this.#due = due;
    this.#totals = totals;
    this.#groups = groups;
    this.#since = since;
    this.#outboxPending = outboxPending;
  }

  /** A copy of all that it knows, to begin another one with. */
  contents(): LedgerContents {
    return structuredClone({
      pools: this.pools,
      orders: this.#orders,
      due: this.#due,
      totals: this.#totals,
      groups: this.#groups,
      since: this.#since,
      outboxPending: this.#outboxPending,
    });
  }

  /** An order that was never known, or is forgotten by now, is a new one; it is kept only once `keep` is called. */
  find(id: string, now: number): MemoryOrder {
    const order = this.#orders.get(id);
    if (!order) return newOrder();
    // It is not forgotten while it owes a message.
    if (order.forgetAt === undefined || order.outbox.length > 0 || now < order.forgetAt) return order;
    this.#orders.delete(id);
    return newOrder();
  }

  keep(id: string, order: MemoryOrder): void {
    this.#orders.set(id, order);
  }

  /** @throws TypeError when the change names what was done before */
  apply(id: string, order: MemoryOrder, change: Change, now: number): void {
    refuseRepeats(id, order, change);
    order.version += 1;
    order.state = JSON.stringify(change.state);
    applyHolds(this.pools, order, change.holds ?? []);
    for (const fact of change.facts ?? []) addFact(order, fact);
    for (const published of change.published ?? []) order.emitted.add(published);
    this.#owe(order, change, now);
    this.#count(order, change);
    this.#moveGroup(id, order, now, change);
    order.dueAt = change.dueAt;
    order.forgetAt = change.forgetAfterMs === undefined ? undefined : now + change.forgetAfterMs;
    this.#schedule(id, order);
    this.keep(id, order);
  }

  markPublished(id: string, order: MemoryOrder, eventIds: readonly string[]): void {
    const left = order.outbox.filter((entry) => !eventIds.includes(entry.id));
    if (left.length === order.outbox.length) return;
    this.#outboxPending -= order.outbox.length - left.length;
    order.outbox = left;
    this.#schedule(id, order);
  }

  /** Puts off the next look at each that it returns. */
  claimDue(limit: number, leaseMs: number, now: number): string[] {
    const claimed = this.dueBy(now, limit);
    for (const id of claimed) this.#due.set(id, now + leaseMs);
    return claimed;
  }

  dueBy(at: number, limit: number): string[] {
    const ready = [...this.#due].filter(([, dueAt]) => dueAt <= at).sort(byTimeThenId);
    return ready.slice(0, limit).map(([id]) => id);
  }

  longestGrouped(limit: number): Grouped[] {
    const all = [...this.#since].sort(byTimeThenId);
    return all.slice(0, limit).map(([id, since]) => ({ id, since }));
  }

  fill(units: Readonly<Record<string, number>>, mode: 'missing' | 'raise'): Record<string, number> {
    const added = fill(this.pools, units, mode);
    for (const [pool, more] of Object.entries(added)) add(this.#totals, `filled:${pool}`, more);
    return added;
  }

  neverDue(id: string): void {
    this.#due.delete(id);
  }

  read(now: number): Totals {
    return {
      totals: Object.fromEntries(this.#totals),
      groups: Object.fromEntries(this.#groups),
      outboxPending: this.#outboxPending,
      oldestSince: earliest(this.#since),
      oldestDueAt: earliest(this.#due),
      pools: Object.fromEntries(this.pools),
      now,
    };
  }

  #owe(order: MemoryOrder, { outbox = [], claimMs = 0 }: Change, now: number): void {
    for (const { id, message } of outbox) {
      if (order.emitted.has(id)) continue;
      order.emitted.add(id);
      order.outbox.push({ id, message, claimedUntil: now + claimMs });
      this.#outboxPending += 1;
    }
  }

  #count(order: MemoryOrder, { counts = [] }: Change): void {
    for (const { once, total, by } of counts) {
      if (order.counted.has(once)) continue;
      order.counted.add(once);
      add(this.#totals, total, by);
    }
  }

  #moveGroup(id: string, order: MemoryOrder, now: number, { group, since = now }: Change): void {
    if (group !== undefined) this.#since.set(id, since);
    else if (order.group !== undefined) this.#since.delete(id);
    if (order.group !== undefined) add(this.#groups, order.group, -1);
    if (group !== undefined) add(this.#groups, group, 1);
    if (order.group !== undefined && this.#groups.get(order.group) === 0) this.#groups.delete(order.group);
    order.group = group;
  }

  #schedule(id: string, order: MemoryOrder): void {
    const at = nextLook(order);
    if (at === undefined) this.#due.delete(id);
    else this.#due.set(id, at);
  }
}

const earliest = (times: ReadonlyMap<string, number>): number | undefined =>
  times.size === 0 ? undefined : Math.min(...times.values());

function add(counters: Map<string, number>, name: string, by: number): void {
  counters.set(name, (counters.get(name) ?? 0) + by);
}

function byTimeThenId([a, atA]: [string, number], [b, atB]: [string, number]): number {
  return atA - atB || (a < b ? -1 : 1);
}
