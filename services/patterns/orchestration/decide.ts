import type { Circumstances, Decision, Draft } from '#shared/kernel/rules.ts';
import { decide as correlate, type KitchenRules } from '../../kitchen-service/decide.ts';
import { countingFor } from '../../kitchen-service/state.ts';
import type { OrchestratorState } from './state.ts';

export interface OrchestratorRules extends KitchenRules {
  /** Command -> the fields of the order that it passes on. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  /** The command to the kitchen, once everything is there. */
  readonly prepare: string;
  /** One command after the other, each once the one before it was carried out. */
  readonly sequential: boolean;
}

/**
 * Commands what an order needs, then the kitchen; cancels and compensates on the first refusal and at the deadline. The command to
 * the kitchen is the point of no return: its answer ends the order.
 */
export function decide(rules: OrchestratorRules, state: OrchestratorState, circumstances: Circumstances): Decision {
  if (awaitsKitchen(rules, state)) return {};
  const { publish = [] } = correlate(rules, state, circumstances);
  if (publish.length === 0 && !state.resolution) return { publish: commandsOwed(rules, state) };
  return { publish: publish.map((draft) => (draft.type === rules.outcomes.ready ? prepare(rules, draft) : draft)) };
}

export const awaitsKitchen = ({ prepare }: OrchestratorRules, { given, resolution }: OrchestratorState): boolean =>
  given.has(prepare) && !resolution;

/** In sequence, the answer to the command before it causes a command; otherwise the order does. */
function commandsOwed({ requirements, commands, sequential }: OrchestratorRules, state: OrchestratorState): Draft[] {
  const { created, given } = state;
  if (!created) return [];
  const open = requirements.filter((requirement) => !countingFor(state, requirement));
  const due = sequential ? open.slice(0, 1) : open;
  return due.flatMap((requirement): Draft[] => {
    const { startedBy: type = '' } = requirement;
    const before = sequential && requirements[requirements.indexOf(requirement) - 1];
    const { id: cause } = (before && countingFor(state, before)?.event) || created;
    const data = Object.fromEntries((commands[type] ?? []).map((field) => [field, created.data[field]]));
    return given.has(type) ? [] : [{ type, cause, data }];
  });
}

/** `kitchen.ready` as the correlator drafts it, said as a command. */
const prepare = ({ prepare: type }: OrchestratorRules, { data, ...draft }: Draft): Draft => ({
  ...draft,
  type,
  data: { orderId: data.orderId, ...(data.correlationData as object) },
});
