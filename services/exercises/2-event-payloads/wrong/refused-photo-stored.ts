import { z } from 'zod';
import { label, orderId } from '#shared/contracts/fields.ts';
import { type Contracts, step } from '../photo-flow.ts';
import * as solution from '../solution.ts';

export { correlationId } from '../solution.ts';

const completed = {
  type: 'scan.completed',
  schema: z.looseObject({ orderId, scanId: label, scanResult: z.enum(['safe', 'infected']) }),
  example: { orderId: 'photo-1', scanId: 'scan-photo-1-001', scanResult: 'infected' },
};

/** One event for both outcomes: whoever wants to know reads the field scanResult. */
const scan = step({
  name: 'scan',
  owner: 'virus-scanner',
  passed: completed,
  refused: completed,
  businessId: 'scanId',
});

export const contracts: Contracts = { ...solution.contracts, scan };
