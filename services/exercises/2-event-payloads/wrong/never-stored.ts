import { z } from 'zod';
import { label, orderId } from '#shared/contracts/fields.ts';
import { type Contracts, step } from '../photo-flow.ts';
import * as solution from '../solution.ts';

export { correlationId } from '../solution.ts';

/** The storage needs the photo, too, so it waits for the upload as for the checks. */
const upload = step({
  name: 'upload',
  owner: 'upload-service',
  passed: {
    type: 'photo.uploaded',
    schema: z.looseObject({ orderId, uploadId: label, userId: label, fileName: label }),
    example: { orderId: 'photo-1', uploadId: 'upload-photo-1-001', userId: 'user-456', fileName: 'IMG_0001' },
  },
  refused: {
    type: 'photo.refused',
    schema: z.looseObject({ orderId, reason: label }),
    example: { orderId: 'photo-1', reason: 'too-large' },
  },
  businessId: 'uploadId',
});

export const contracts: Contracts = { ...solution.contracts, upload };
