import { z } from 'zod';
import { label } from '#shared/contracts/fields.ts';
import type { Contracts } from '../../contract-findings.ts';
import * as solution from '../solution.ts';

export { owners, saverListensTo } from '../solution.ts';

/** The saver needs the place together with the verdict, so the scanner sends both. */
export const events: Contracts = {
  ...solution.events,
  'virus.scanned': {
    owner: 'virus-scanner',
    version: '2.0',
    schema: z.looseObject({ fileId: label, scanResult: label, s3Bucket: label, s3Key: label }),
    example: { fileId: 'file-123', scanResult: 'safe', s3Bucket: 'my-bucket', s3Key: 'uploads/user-456/photo.jpg' },
  },
};
