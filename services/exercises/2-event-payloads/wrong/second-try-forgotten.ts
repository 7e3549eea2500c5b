import { z } from 'zod';
import { label, orderId } from '#shared/contracts/fields.ts';
import { type Contracts, step } from '../photo-flow.ts';
import * as solution from '../solution.ts';

export { correlationId } from '../solution.ts';

/** The photo's id is enough: there is one image per photo. */
const image = step({
  name: 'image',
  owner: 'image-processor',
  passed: {
    type: 'image.resized',
    schema: z.looseObject({ orderId, width: z.number(), height: z.number() }),
    example: { orderId: 'photo-1', width: 1600, height: 1200 },
  },
  refused: {
    type: 'image.failed',
    schema: z.looseObject({ orderId, reason: label }),
    example: { orderId: 'photo-1', reason: 'not-an-image' },
  },
  businessId: 'orderId',
});

export const contracts: Contracts = { ...solution.contracts, image };
