import type { Insertion } from '../../repository-copy.ts';
import { lines as right } from '../solution.ts';

export * from '../solution.ts';

/** The kitchen has to learn of delivery. */
export const lines: readonly Insertion[] = [
  ...right,
  {
    file: 'services/kitchen-service/decide.ts',
    after: "import type { Circumstances, Decision, Draft } from '#shared/kernel/rules.ts';\n",
    text: "\nconst DELIVERY = 'delivery.booked';\n",
  },
];
