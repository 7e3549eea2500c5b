import type { Behaviour } from '#shared/kernel/behaviour.ts';
import type { Service } from '#shared/runtime/service.ts';
import { deadlineOf, decide, type KitchenRules } from './decide.ts';
import { milestoneOf } from './milestone.ts';
import { clockStart, evolveFor, initial, type KitchenFlow, type KitchenState, missingOf } from './state.ts';
import { tally } from './tally.ts';

/** Derived from the requirements of the contract table. */
export function correlates({
  start,
  requirements,
  outcomes: { ready, cancelled, timeout },
}: KitchenFlow): Record<string, string[]> {
  const byRequirement = requirements.flatMap(
    ({ fulfilled, rejected, withdrawn, compensation }): [string, string[]][] => [
      [fulfilled, [ready, cancelled, timeout, compensation]],
      [rejected, [cancelled]],
      ...(withdrawn ? [[withdrawn, [cancelled, timeout]] as [string, string[]]] : []),
    ],
  );
  return { [start]: [timeout], ...Object.fromEntries(byRequirement) };
}

/** The correlator: in other patterns it is not the kitchen. */
export const correlator = (rules: KitchenRules): Behaviour<KitchenState> => ({
  rules: {
    initial,
    evolve: evolveFor(rules),
    decide: (state, circumstances) => decide(rules, state, circumstances),
    tally: (state) => tally(rules, state),
    dueAt: (state) => (state.resolution ? undefined : deadlineOf(rules, state)),
    isClosed: ({ resolution }) => resolution !== undefined,
  },
  /** `conflict`: a second fulfilment. `late`: it came after the decision. */
  outcomeOf(before, { type }) {
    if (before.contributions.some(({ requirement }) => requirement.fulfilled === type)) return 'conflict';
    return before.resolution ? 'late' : 'ok';
  },
  milestoneOf: (before, after, now) => milestoneOf(rules, before, after, now),
  waitsFor(state) {
    const since = clockStart(state);
    return state.resolution || since === undefined ? undefined : { missing: missingOf(rules, state).join('+'), since };
  },
  judgesDeadlines: true,
});

/** Waits for all contributions to an order, in any order, and decides once: ready, cancelled or timed out. */
export const kitchenService: Service = {
  name: 'kitchen-service',
  reacts: correlates,
  behaviour: ({ flow, settings }) => correlator({ ...flow, orderTimeout: settings.ORDER_TIMEOUT }),
};
