import type { RecordedEvent } from './recorded-event.ts';
import type { Circumstances, Draft, Rules } from './rules.ts';

/** Of rules that never come to rest: a bug, which must not hang the process. */
const MAX_ROUNDS = 10;

/** Folds the incoming events and decides until nothing more is to be published. Pure. `appended`: incoming, then published. */
export function advance<State>(
  rules: Rules<State>,
  from: State,
  incoming: readonly RecordedEvent[],
  circumstances: Circumstances,
  toOwn: (draft: Draft, appended: readonly RecordedEvent[]) => RecordedEvent,
) {
  const appended = [...incoming];
  let state = incoming.reduce((before, event) => rules.evolve(before, event), from);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { publish = [], effects = [] } = rules.decide(state, circumstances);
    if (publish.length === 0) return { appended, state, effects };
    for (const own of publish.map((draft) => toOwn(draft, appended))) {
      appended.push(own);
      state = rules.evolve(state, own);
    }
  }
  throw new TypeError(`the rules for order ${circumstances.orderId} decide the same again and again`);
}
