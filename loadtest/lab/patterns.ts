import { claims } from './claims/claims.ts';
import type { Comparison, Load } from './comparison.ts';
import { couplingOf } from './coupling/coupling.ts';
import { healthyFigures } from './healthy.ts';
import { lengthsOf, scenariosOf } from './struck/scenarios.ts';
import { struckFigures } from './struck/struck.ts';
import { openSubjects, PEER, subjectNames } from './subjects.ts';

/** Starting a stack thrice, and stopping it. */
const STARTS_S = 12;
export const ORDERS_PER_S = 500;
const STRUCK_S = { quick: 75, full: 180 };

/** The wirings of services/patterns. */
export const patterns: Comparison = {
  name: 'patterns',
  description: 'The same orders and the same faults through each wiring of services/patterns. Ctrl-C stops all.',
  title: 'The patterns side by side',
  only: 'these alone; also orchestration/sequential, orchestration/restate',
  peer: PEER,
  names: subjectNames,
  open: openSubjects,
  parts: [
    { name: 'coupling', measure: async ({ pattern }) => couplingOf(pattern) },
    {
      name: 'healthy',
      seconds: ({ orders, seconds }: Load) => STARTS_S + (6 * orders) / ORDERS_PER_S + 3 * seconds,
      measure: healthyFigures,
    },
    {
      name: 'struck',
      seconds: ({ quick }) => (quick ? STRUCK_S.quick : STRUCK_S.full),
      measure: (subject, run) => struckFigures(subject, scenariosOf(subject.pattern, lengthsOf(run.quick)), run),
    },
  ],
  claims,
  gapsOf: () => [],
  pushes: true,
};
