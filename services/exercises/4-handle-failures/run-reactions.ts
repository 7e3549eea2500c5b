import type { KitchenState } from '#services/kitchen-service/state.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import type { Behaviour } from '#shared/kernel/behaviour.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import type { Circumstances, Decision, Draft, Rules } from '#shared/kernel/rules.ts';
import type { Action, Reaction } from './reaction.ts';

/** The real services, reduced to what the reactions say of failures. */

export interface Design {
  readonly flow: Flow;
  readonly reactions: readonly Reaction[];
  /** In this scenario no order gets its ingredients. */
  readonly ingredientMissing: boolean;
}

export const has = (reactions: readonly Reaction[], service: string, on: string, does: Action): boolean =>
  reactions.some((row) => row.service === service && row.on === on && row.does === does);

export function asDesigned(design: Design, behaviour: Behaviour, service: string): Behaviour {
  const { rules } = behaviour;
  const change = service === 'kitchen-service' ? kitchen(design, rules) : owner(design, rules, service);
  return { ...behaviour, rules: { ...rules, ...change } };
}

type Changed = Pick<Rules, 'evolve' | 'decide'>;

/** A consumed event that the design has no reaction for is as good as unknown. */
const ignoring =
  ({ evolve }: Rules, ignored: (type: string) => boolean): Rules['evolve'] =>
  (state, event: RecordedEvent) =>
    !event.own && ignored(event.type) ? state : evolve(state, event);

function kitchen({ flow, reactions }: Design, rules: Rules): Changed {
  const refusals = flow.requirements.flatMap(({ rejected, withdrawn }) => [rejected, withdrawn ?? []].flat());
  const reacts = (on: string, does: Action) => has(reactions, 'kitchen-service', on, does);
  const isAskedBack = ({ type, data }: Draft, state: KitchenState): boolean => {
    const requirement = flow.requirements.find(({ compensation }) => compensation === type);
    if (requirement && data.reason === 'late')
      return reacts(requirement.fulfilled, 'ask it back if the order has ended');
    const [refusal] = state.refusals;
    return !(requirement && refusal) || reacts(refusal.type, 'ask back what is fulfilled');
  };
  return {
    evolve: ignoring(rules, (type) => refusals.includes(type) && !reacts(type, 'publish order.cancelled')),
    decide: (state, circumstances) =>
      publishing(rules.decide(state, circumstances), (drafts) =>
        drafts.filter((draft) => isAskedBack(draft, state as KitchenState)),
      ),
  };
}

function owner({ flow, reactions, ingredientMissing }: Design, rules: Rules, service: string): Changed {
  const requests = flow.requirements.map(({ compensation }) => compensation);
  const isIgnored = (type: string): boolean =>
    (requests.includes(type) && !has(reactions, service, type, 'undo it')) ||
    (type === flow.outcomes.cancelled && !has(reactions, service, type, 'begin nothing'));
  const refuses = has(reactions, 'inventory-service', 'an ingredient is missing', 'publish inventory.unavailable');
  const refuse = (draft: Draft, { orderId }: Circumstances): Draft[] => {
    if (!ingredientMissing || draft.type !== 'inventory.reserved') return [draft];
    const data = { orderId, reason: 'out-of-stock', missing: ['olives'] };
    return refuses ? [{ ...draft, type: 'inventory.unavailable', data }] : [];
  };
  return {
    evolve: ignoring(rules, isIgnored),
    decide: (state, circumstances) =>
      publishing(rules.decide(state, circumstances), (drafts) =>
        drafts.flatMap((draft) => refuse(draft, circumstances)),
      ),
  };
}

const publishing = (decision: Decision, change: (drafts: readonly Draft[]) => readonly Draft[]): Decision => ({
  ...decision,
  publish: change(decision.publish ?? []),
});
