import { ofType } from '#shared/audit/finding.ts';
import type { SeenOrder } from '#shared/audit/seen-run.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import type { Verdict } from '../report/load-report.ts';

const MAX_EXAMPLES = 5;

/** The outcome of every accepted order by the stream's events: clean when each was announced and ended exactly once. */
export function accountFor(flow: Flow, accepted: ReadonlySet<string>, seen: ReadonlyMap<string, SeenOrder>): Verdict {
  const orders = [...accepted].map((id) => {
    const order = seen.get(id) ?? { id, events: [], reused: [] };
    // By event id: a copy is no second end.
    const ends = Object.entries(flow.outcomes).flatMap(([outcome, type]) => ofType(order, type).map(() => outcome));
    return { id, announced: ofType(order, flow.start).length > 0, ends };
  });
  const outcomes = Map.groupBy(orders, ({ ends }) => ends.join(' and ') || 'none');
  const counts = [...outcomes].map(([outcome, { length }]) => `${length} ${outcome}`).join(', ') || 'none';
  const summary = `${orders.length} orders accepted: ${counts}`;
  const problems = Object.entries({
    'accepted and not in the stream': orders.filter(({ announced }) => !announced),
    'accepted and never ended': orders.filter(({ announced, ends }) => announced && ends.length === 0),
    'ended more than once': orders.filter(({ ends }) => ends.length > 1),
  }).filter(([, found]) => found.length > 0);
  if (problems.length === 0)
    return { clean: true, lines: [`${summary}; each is in the stream, and ended exactly once.`] };
  const named = problems.map(([what, found]) => {
    const examples = found.slice(0, MAX_EXAMPLES).map(({ id }) => id);
    return `${found.length} ${what}: ${examples.join(', ')}`;
  });
  return { clean: false, lines: [`${summary}.`, ...named] };
}
