import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import * as correlator from '../../kitchen-service/state.ts';

/** What is known of the answers is what any correlator knows of contributions. */
export interface OrchestratorState extends correlator.KitchenState {
  /** Types of the commands that were given. */
  readonly given: ReadonlySet<string>;
}

export const initial: OrchestratorState = { ...correlator.initial, given: new Set() };

export function evolveFor(flow: correlator.KitchenFlow, isCommand: (type: string) => boolean) {
  const evolve = correlator.evolveFor(flow);
  return ({ given, ...before }: OrchestratorState, event: RecordedEvent): OrchestratorState => {
    if (isCommand(event.type)) return { ...before, given: new Set(given).add(event.type) };
    // The kitchen's answer to the last command ends the order, as the correlator's own outcome does elsewhere.
    const isOutcome = event.type === flow.outcomes.ready;
    return { ...evolve(before, isOutcome ? { ...event, own: true } : event), given };
  };
}
