import type { Flow } from '#shared/contracts/flow.ts';
import type { Service } from '#shared/runtime/service.ts';
import { decide } from './decide.ts';
import { outcomeOf } from './outcome-of.ts';
import { recall } from './recall.ts';

/** Everything that an order waits for, whatever the contract table says that is. */
function reacts({ start, requirements, outcomes: { ready, cancelled, timeout } }: Flow): Record<string, string[]> {
  const byRequirement = requirements.flatMap(
    ({ fulfilled, rejected, withdrawn, compensation }): [string, string[]][] => [
      [fulfilled, [ready, cancelled, timeout, compensation]],
      [rejected, [cancelled]],
      ...(withdrawn ? [[withdrawn, [cancelled, timeout]] as [string, string[]]] : []),
    ],
  );
  return { [start]: [timeout], ...Object.fromEntries(byRequirement) };
}

/** Waits for all contributions to an order, in any order, and decides once: ready, cancelled or timed out. */
export const kitchenService: Service = {
  name: 'kitchen-service',
  reacts,
  behaviour: ({ flow, settings }) => {
    const rules = { ...flow, orderTimeout: settings.ORDER_TIMEOUT };
    return {
      decide: (correlation, circumstances) => decide(rules, correlation, circumstances),
      recall: (correlation, published) => recall(rules, correlation, published),
      outcomeOf: (correlation, fact) => outcomeOf(rules.requirements, correlation, fact),
      judgesDeadlines: true,
      reportsStuck: true,
    };
  },
};
