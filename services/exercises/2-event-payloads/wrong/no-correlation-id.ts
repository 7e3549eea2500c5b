import { z } from 'zod';
import { label, orderId } from '#shared/contracts/fields.ts';
import { type Contracts, step } from '../photo-flow.ts';
import * as solution from '../solution.ts';

export { correlationId } from '../solution.ts';

/** A scan has an id of its own, so it needs no other one. */
const scan = step({
  name: 'scan',
  owner: 'virus-scanner',
  passed: {
    type: 'scan.passed',
    schema: z.looseObject({ scanId: label }),
    example: { scanId: 'scan-photo-1-001' },
  },
  refused: {
    type: 'scan.failed',
    schema: z.looseObject({ orderId, reason: label }),
    example: { orderId: 'photo-1', reason: 'virus-found' },
  },
  businessId: 'scanId',
});

export const contracts: Contracts = { ...solution.contracts, scan };
