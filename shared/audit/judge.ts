import type { Finding, Invariant } from './finding.ts';
import type { JudgedInvariant } from './report.ts';
import type { SeenRun } from './seen-run.ts';

export interface Circumstances {
  /** Nothing is owed: what is missing will not come. */
  readonly atRest: boolean;
  /** The stream holds everything since its beginning, which is as far as counters reach back. */
  readonly whole: boolean;
  /** Ms since the epoch. */
  readonly now: number;
  /** An order of which nothing was heard for so long is not under way any more. ms */
  readonly overdueMs: number;
}

export interface Judged {
  readonly invariants: readonly JudgedInvariant[];
  /** Orders of which something is missing that may still come. */
  readonly underWay: ReadonlySet<string>;
}

const EXAMPLES = 5;

/** Judges a run by a list of invariants. Pure. */
export function judge(invariants: readonly Invariant[], run: SeenRun, circumstances: Circumstances): Judged {
  const underWay = new Set<string>();
  const mayStillCome = ({ orderId, mayCome }: Finding): boolean => {
    if (!mayCome || circumstances.atRest || orderId === undefined) return false;
    const last = run.orders.get(orderId)?.events.at(-1)?.storedAt ?? 0;
    if (last + circumstances.overdueMs < circumstances.now) return false;
    underWay.add(orderId);
    return true;
  };
  const judgeOne = ({ name, of, ofTheWhole, check }: Invariant): JudgedInvariant => {
    const notJudged = ofTheWhole && whyNotJudged(circumstances);
    if (notJudged) return { name, checked: 0, violations: 0, examples: [], notJudged };
    const found = check(run).filter((finding) => !mayStillCome(finding));
    const examples = found.slice(0, EXAMPLES).map(({ orderId, detail }) => ({ ...(orderId && { orderId }), detail }));
    return { name, checked: of(run), violations: found.length, examples };
  };
  return { invariants: invariants.map(judgeOne), underWay };
}

function whyNotJudged({ atRest, whole }: Circumstances): string | undefined {
  if (!whole) return 'the stream does not reach back as far as the counters do';
  return atRest ? undefined : 'orders are under way';
}
