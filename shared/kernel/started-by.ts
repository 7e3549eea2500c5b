import { type Flow, startOf } from '#shared/contracts/flow.ts';
import type { RecordedEvent } from './recorded-event.ts';
import type { Rules } from './rules.ts';

/** The rules of a requirement's owner know what makes it begin as the flow's start, whatever event that is in this flow. */
export function startedBy<State, Event extends RecordedEvent>(
  flow: Flow,
  requirement: string,
  evolve: (state: State, event: Event) => State,
): Rules<State, Event>['evolve'] {
  const type = startOf(flow, requirement);
  if (type === flow.start) return evolve;
  return (state, event) => evolve(state, event.type === type ? { ...event, type: flow.start } : event);
}
