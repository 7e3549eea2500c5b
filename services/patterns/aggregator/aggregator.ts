import type { Flow } from '#shared/contracts/flow.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import type { Circumstances, Decision, Draft } from '#shared/kernel/rules.ts';
import type { Service } from '#shared/runtime/service.ts';
import { decide, type KitchenRules } from '../../kitchen-service/decide.ts';
import { correlates, correlator } from '../../kitchen-service/service.ts';
import { countingFor, evolveFor, type KitchenState } from '../../kitchen-service/state.ts';
import { described } from '../described.ts';
import { endingWith, withIds } from '../happy-end.ts';
import { AGGREGATOR, CONFIRMED } from './contract.ts';

/**
 * The correlator as a service of its own. It publishes once that an order has all that it needs, or that it will not; it does not
 * know its consumers.
 */
export const aggregatorService: Service = {
  name: AGGREGATOR,
  reacts: (flow) => correlates(endingWith(flow, CONFIRMED)),
  behaviour({ flow, settings }) {
    const rules = { ...endingWith(flow, CONFIRMED), orderTimeout: settings.ORDER_TIMEOUT };
    const { rules: correlating, ...behaviour } = correlator(rules);
    const evolve = evolveFor(rules);
    return {
      ...behaviour,
      rules: {
        ...correlating,
        evolve: (state: KitchenState, event: RecordedEvent) => evolve(state, withIds(CONFIRMED, event)),
        decide: (state: KitchenState, circumstances: Circumstances) => aggregate(rules, state, circumstances),
      },
    };
  },
};

type AggregatorRules = Flow & KitchenRules;

function aggregate(rules: AggregatorRules, state: KitchenState, circumstances: Circumstances): Decision {
  const { publish = [] } = decide(rules, state, circumstances);
  return { publish: publish.map((draft) => (draft.type === CONFIRMED ? combined(rules, state, draft) : draft)) };
}

/** The data of the contributions that count, as one. */
function combined(rules: AggregatorRules, state: KitchenState, draft: Draft): Draft {
  const parts = rules.requirements.map((requirement) => {
    const { data = {} } = countingFor(state, requirement)?.event ?? {};
    return described(rules, requirement.fulfilled, data);
  });
  return { ...draft, data: Object.assign({}, ...parts) };
}
