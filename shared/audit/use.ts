import type { Flow, Requirement } from '#shared/contracts/flow.ts';
import { idsOf, ofType } from './finding.ts';
import type { SeenOrder } from './seen-run.ts';

/** The business id that the order was made with, of a requirement; undefined unless it is ready. */
export function usedId(flow: Flow, order: SeenOrder, { businessId }: Requirement): string | undefined {
  const [ready] = ofType(order, flow.outcomes.ready);
  const used = ready?.uses?.[businessId];
  return used === undefined ? undefined : String(used);
}

/** The ids of what was fulfilled and not used, sorted: each is owed one request to undo it, and one report. */
export function idsToUndo(flow: Flow, order: SeenOrder, requirement: Requirement): string[] {
  const used = usedId(flow, order, requirement);
  return idsOf(order, requirement.fulfilled).filter((id) => id !== used);
}

/** An order without an outcome owes nothing yet, but for what it has twice. */
export const isResolved = ({ outcomes }: Flow, { events }: SeenOrder): boolean =>
  events.some(({ type }) => type === outcomes.ready || type === outcomes.cancelled || type === outcomes.timeout);
