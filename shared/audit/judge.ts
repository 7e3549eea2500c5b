import type { Finding, Invariant } from './finding.ts';
import type { JudgedInvariant } from './report.ts';
import type { SeenRun } from './seen-run.ts';

export interface Circumstances {
  /** Nothing is owed: what is missing will not arrive. */
  readonly atRest: boolean;
  /** The stream still holds everything since its beginning, as the counters do. */
  readonly whole: boolean;
  /** Stores that could not be read -> why. */
  readonly unread: ReadonlyMap<string, string>;
  /** Ms since the epoch. */
  readonly now: number;
  /** An order without an event for this long is no longer under way. ms */
  readonly overdueMs: number;
}

const MAX_EXAMPLES = 5;

/** Judges a run by a list of invariants. Pure. */
export function judge(invariants: readonly Invariant[], run: SeenRun, circumstances: Circumstances) {
  const { atRest, whole, unread, now, overdueMs } = circumstances;
  /** Orders of which something is missing that may still arrive. */
  const underWay = new Set<string>();
  const mayStillCome = ({ orderId, mayCome }: Finding): boolean => {
    if (!mayCome || atRest || orderId === undefined) return false;
    const last = run.orders.get(orderId)?.events.at(-1)?.storedAt ?? 0;
    if (last + overdueMs < now) return false;
    underWay.add(orderId);
    return true;
  };
  const [unreadStore] = unread.values();
  const obstacle = whole
    ? (unreadStore ?? (atRest ? undefined : 'orders are under way'))
    : 'the stream does not reach back as far as the counters do';
  const judgeOne = ({ name, of, ofTheWhole, reads, check }: Invariant): JudgedInvariant => {
    const notJudged = ofTheWhole ? obstacle : unread.get(reads?.(run.flow) ?? '');
    if (notJudged) return { name, checked: 0, violations: 0, examples: [], notJudged };
    const found = check(run).filter((finding) => !mayStillCome(finding));
    const examples = found
      .slice(0, MAX_EXAMPLES)
      .map(({ orderId, detail }) => ({ ...(orderId && { orderId }), detail }));
    return { name, checked: of(run), violations: found.length, examples };
  };
  return { invariants: invariants.map(judgeOne), underWay };
}
