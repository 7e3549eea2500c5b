import { z } from 'zod';
import { label, orderId } from '#shared/contracts/fields.ts';
import { type Contracts, step } from '../photo-flow.ts';
import * as solution from '../solution.ts';

export { correlationId } from '../solution.ts';

/** The storage needs a file name, and the metadata are what it stores beside the file. */
const metadata = step({
  name: 'metadata',
  owner: 'metadata-extractor',
  passed: {
    type: 'metadata.extracted',
    schema: z.looseObject({ orderId, metadataId: label, camera: label, fileName: label }),
    example: { orderId: 'photo-1', metadataId: 'metadata-photo-1-001', camera: 'X100', fileName: 'IMG_0001' },
  },
  refused: {
    type: 'metadata.failed',
    schema: z.looseObject({ orderId, reason: label }),
    example: { orderId: 'photo-1', reason: 'no-exif' },
  },
  businessId: 'metadataId',
});

export const contracts: Contracts = { ...solution.contracts, metadata };
