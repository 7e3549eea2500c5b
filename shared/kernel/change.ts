import type { Change } from '#shared/store/store.ts';
import type { Order } from './order.ts';
import { entryOf, type RecordedEvent } from './recorded-event.ts';
import type { Rules, Tally } from './rules.ts';

/** What a commit has to change so that the store says of the order what `after` says. Pure. */
export function changeOf<State>(
  rules: Rules<State>,
  before: Order<State>,
  after: Order<State>,
  appended: readonly RecordedEvent[],
  retainMs: number,
): Change {
  return {
    entry: appended.length > 0 ? entryOf(appended) : undefined,
    counters: differenceOf(before.tally, after.tally),
    pools: differenceOf(after.holds, before.holds),
    dueAt: after.dueAt === before.dueAt ? undefined : (after.dueAt ?? 'never'),
    expireAfterMs: expiryOf(rules, before, after, retainMs),
  };
}

/** A closed order is kept so long after its last event, for late duplicates; one that waits never expires. */
function expiryOf<State>(rules: Rules<State>, before: Order<State>, after: Order<State>, retainMs: number) {
  if (rules.isClosed(after.state)) return retainMs;
  return before.version > 0 && rules.isClosed(before.state) ? 'never' : undefined;
}

/** Name -> by how much the second is more than the first. */
export function differenceOf(before: Tally, after: Tally): Record<string, number> {
  const difference: Record<string, number> = {};
  for (const name in after) {
    const by = (after[name] ?? 0) - (own(before, name) ?? 0);
    if (by !== 0) difference[name] = by;
  }
  for (const name in before)
    if (own(after, name) === undefined && before[name] !== 0) difference[name] = -(before[name] ?? 0);
  return difference;
}

const own = (tally: Tally, name: string): number | undefined => (Object.hasOwn(tally, name) ? tally[name] : undefined);
