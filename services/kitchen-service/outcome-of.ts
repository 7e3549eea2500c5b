import type { Requirement } from '#shared/contracts/flow.ts';
import type { Outcome } from '#shared/runtime/service.ts';
import type { Correlation, Fact } from '#shared/store/store.ts';
import type { KitchenState } from './resolve.ts';

/** How a new fact ended: it came after the decision (`late`), it fulfilled what was fulfilled already (`conflict`), or it counted. */
export function outcomeOf(requirements: readonly Requirement[], correlation: Correlation, fact: Fact): Outcome {
  const at = correlation.facts.findIndex(({ id }) => id === fact.id);
  const requirement = requirements.find(({ fulfilled }) => fulfilled === fact.type);
  if (requirement && correlation.facts.slice(0, at).some(({ type }) => type === fact.type)) return 'conflict';
  const resolution = (correlation.state as KitchenState | undefined)?.resolution;
  return resolution && at >= resolution.after ? 'late' : 'ok';
}
