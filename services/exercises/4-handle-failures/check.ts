import { pattern } from '#services/patterns/choreography/pattern.ts';
import type { Exercise } from '../exercise.ts';
import { runOrders } from '../run-orders.ts';
import { misbehaviourOf } from './misbehaviour.ts';
import { misdesigned } from './misdesigned.ts';
import { asDesigned } from './run-reactions.ts';
import { scenarios } from './scenarios.ts';

export const exercise: Exercise<typeof import('./solution.ts')> = {
  number: 4,
  name: 'handle-failures',
  title: 'Handle failures',
  minutes: 20,
  learns: 'design a failure as events: who decides, who undoes, and what never begins',
  /** The table as it stands, then scenario by scenario: the first one that fails is shown, by its smallest order. */
  async check({ reactions }) {
    const { flow } = pattern;
    const wrong = misdesigned(flow, reactions);
    if (wrong.length > 0) return wrong;
    for (const scenario of scenarios) {
      const design = { flow, reactions, ingredientMissing: scenario.ingredientMissing };
      const runs = await runOrders(scenario, pattern, (real, service) => asDesigned(design, real, service));
      const found = misbehaviourOf(runs, { flow, scenario, reactions });
      if (found) return [found];
    }
    return [];
  },
};
