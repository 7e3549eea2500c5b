import type { Behaviour, Learnt } from '#shared/kernel/behaviour.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import type { Service, ServicePorts } from '#shared/runtime/service.ts';
import { correlator } from '../../kitchen-service/service.ts';
import { evolveFor } from '../../kitchen-service/state.ts';
import { endingWith, withIds } from '../happy-end.ts';
import { ACCEPTANCE, ACCEPTED } from './contract.ts';
import { type Belief, COPIED, keepCopies } from './copies.ts';
import { type AcceptanceState, decide, type LookUp } from './decide.ts';

/** What the copies said, as an event of the order: it is decided on once, whatever they say later. */
const BELIEVED = 'copies.looked-up';

function behaviour(ports: ServicePorts): Behaviour<AcceptanceState, RecordedEvent, LookUp> {
  const rules = { ...endingWith(ports.flow, ACCEPTED), orderTimeout: ports.settings.ORDER_TIMEOUT };
  const { rules: correlating, outcomeOf, waitsFor: _, judgesDeadlines: __, ...reporting } = correlator(rules);
  const { dueAt: ___, ...undated } = correlating;
  const isRejection = (type: string) => rules.requirements.some(({ rejected }) => rejected === type);
  const evolve = evolveFor(rules);
  let copies: ReturnType<typeof keepCopies> | undefined;
  async function current() {
    copies ??= keepCopies(ports);
    return copies.catch((error: unknown) => {
      copies = undefined;
      throw error;
    });
  }
  // Before the first order comes; where that fails, the order tries again and reports it.
  current().catch(() => undefined);
  return {
    ...reporting,
    /** Fulfilments come after the decision, as they must. `late`: a rejection, so the order was oversold. */
    outcomeOf(before, event, after) {
      const outcome = outcomeOf?.(before, event, after) ?? 'ok';
      return outcome === 'late' && !isRejection(event.type) ? 'ok' : outcome;
    },
    rules: {
      ...undated,
      evolve: (state, event) =>
        event.type === BELIEVED
          ? { ...state, believed: event.data as Belief }
          : evolve(state, withIds(ACCEPTED, event)),
      decide: (state, circumstances) => decide(rules, state, circumstances),
    },
    async perform({ order }): Promise<Learnt> {
      const believed = (await current()).lookUp(order);
      return { id: BELIEVED, type: BELIEVED, data: believed };
    },
  };
}

/** Decides alone and at once whether an order is made: it asks nobody, it keeps copies. Of what the owners do it keeps the books. */
export const acceptanceService: Service = {
  name: ACCEPTANCE,
  copies: () => COPIED,
  reacts: ({ start, outcomes, requirements }) => ({
    [start]: [ACCEPTED, outcomes.cancelled],
    ...Object.fromEntries(
      requirements.flatMap(({ fulfilled, rejected, compensation }) => [
        [fulfilled, [compensation]],
        [rejected, []],
      ]),
    ),
  }),
  behaviour,
};
