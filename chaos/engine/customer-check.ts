import { type Check, noneOf } from './check.ts';
import type { Customers } from './customers.ts';

/** What the intake answered is all that it may answer, and nobody still asks. */
export const customerCheck = ({ surprises, asking }: Pick<Customers, 'surprises' | 'asking'>): Check =>
  noneOf('customers get no surprise', [
    ...surprises,
    ...(asking > 0 ? [`${asking} customers still ask for their order to be taken`] : []),
  ]);
