import type { Change, Correlation } from '#shared/store/correlation-store.ts';
import { LastEntries } from './last-entries.ts';

/** Orders of which a process remembers what it committed last, at least: some MB. */
const LEAST = 2_048;
/** And for how long: far less than the store keeps an order, so that its version cannot come round again meanwhile. */
const MOST_MS = 60_000;

interface Kept {
  readonly order: Correlation;
  readonly until: number;
}

/**
 * What this process knows of the orders that it committed last. It only saves reading: a commit names the version that it
 * was decided on, so on what others changed meanwhile it is refused and decided again.
 */
export class RecentOrders {
  readonly #kept = new LastEntries<Kept>(LEAST);
  readonly #monotonic: () => number;
  readonly #keepMs: number;

  /** `storeKeepsMs`: how long the store keeps an order that is closed. */
  constructor(storeKeepsMs: number, monotonic: () => number = () => performance.now()) {
    this.#keepMs = Math.min(MOST_MS, storeKeepsMs / 2);
    this.#monotonic = monotonic;
  }

  get(id: string): Correlation | undefined {
    const kept = this.#kept.get(id);
    return kept && this.#monotonic() < kept.until ? kept.order : undefined;
  }

  keep(order: Correlation): void {
    this.#kept.set(order.id, { order, until: this.#monotonic() + this.#keepMs });
  }

  forget(id: string): void {
    this.#kept.delete(id);
  }
}

/** An order of which nothing is known. */
export const blankOrder = (id: string, epoch = ''): Correlation => ({
  id,
  version: 0,
  state: undefined,
  facts: [],
  emitted: new Set(),
  outbox: [],
  holds: new Map(),
  counted: new Set(),
  group: undefined,
  dueAt: undefined,
  now: 0,
  epoch,
});

/** The order as the store has it after a commit, once everything of it is published. */
export function afterCommit(before: Correlation, change: Change, version: number): Correlation {
  const { facts = [], outbox = [], holds = [], counts = [] } = change;
  return {
    ...before,
    version,
    state: change.state,
    facts: facts.length > 0 ? [...before.facts, ...facts] : before.facts,
    emitted: outbox.length > 0 ? new Set([...before.emitted, ...outbox.map(({ id }) => id)]) : before.emitted,
    outbox: [],
    holds:
      holds.length > 0
        ? new Map([...before.holds, ...holds.map(({ id, should }) => [id, should] as const)])
        : before.holds,
    counted: counts.length > 0 ? new Set([...before.counted, ...counts.map(({ once }) => once)]) : before.counted,
    group: change.group,
    dueAt: change.dueAt,
  };
}
