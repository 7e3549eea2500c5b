import type { Behaviour } from '#shared/kernel/behaviour.ts';
import type { Service } from '#shared/runtime/service.ts';
import { correlates, correlator } from '../../kitchen-service/service.ts';
import { commands, ORCHESTRATOR, PREPARE } from './contract.ts';
import { awaitsKitchen, decide, type OrchestratorRules } from './decide.ts';
import { evolveFor, initial, type OrchestratorState } from './state.ts';

const commandTypes = Object.keys(commands);

function behaviour(rules: OrchestratorRules): Behaviour<OrchestratorState> {
  const correlating = correlator(rules);
  return {
    ...correlating,
    rules: {
      ...correlating.rules,
      initial,
      evolve: evolveFor(rules, (type) => type === PREPARE || commandTypes.includes(type)),
      decide: (state, circumstances) => decide(rules, state, circumstances),
      tally: (state) => ({
        ...correlating.rules.tally?.(state),
        ...(awaitsKitchen(rules, state) && { 'waiting:kitchen': 1 }),
      }),
    },
    waitsFor(state) {
      const waits = correlating.waitsFor?.(state);
      return waits && awaitsKitchen(rules, state) ? { ...waits, missing: 'kitchen' } : waits;
    },
  };
}

/** Knows the whole way of an order: it commands each step, waits for the answers, and compensates. */
export const orchestratorService = (sequential: boolean): Service => ({
  name: ORCHESTRATOR,
  reacts: (flow) => {
    const { start, outcomes, requirements } = flow;
    const answers = Object.entries(correlates(flow)).map(([type, then]) => {
      const next = requirements[requirements.findIndex(({ fulfilled }) => fulfilled === type) + 1];
      const steps = sequential && next?.startedBy ? [PREPARE, next.startedBy] : [PREPARE];
      return [type, then.flatMap((cause) => (cause === outcomes.ready ? steps : [cause]))];
    });
    const first = sequential ? commandTypes.slice(0, 1) : commandTypes;
    return { ...Object.fromEntries(answers), [start]: [...first, outcomes.timeout], [outcomes.ready]: [] };
  },
  behaviour: ({ flow, settings }) =>
    behaviour({ ...flow, orderTimeout: settings.ORDER_TIMEOUT, commands, prepare: PREPARE, sequential }),
});
