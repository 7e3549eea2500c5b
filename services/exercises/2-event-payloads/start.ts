import { z } from 'zod';
import { label, orderId } from '#shared/contracts/fields.ts';
import { type Contracts, eventOf, step, type Upload } from './photo-flow.ts';

/** 1. What tells the storage which events belong together? */
export const correlationId = ({ fileName }: Upload): string => fileName;

const upload = {
  events: {
    'photo.uploaded': eventOf('upload-service', {
      type: 'photo.uploaded',
      schema: z.looseObject({ orderId, userId: label, fileName: label }),
      example: { orderId: 'photo-1', userId: 'user-456', fileName: 'IMG_0001' },
    }),
  },
};

/** 2. A colleague's draft of the scanner's event. Is it right? */
const scanned = {
  type: 'scan.completed',
  schema: z.looseObject({ orderId, scanId: label, fileName: label, scanResult: z.enum(['safe', 'infected']) }),
  example: { orderId: 'photo-1', scanId: 'scan-photo-1-001', fileName: 'IMG_0001', scanResult: 'infected' },
};

const scan = step({
  name: 'scan',
  owner: 'virus-scanner',
  passed: scanned,
  refused: scanned,
  businessId: 'scanId',
});

/** 3. Which further steps does the storage wait for, and what do their services publish? */
export const contracts: Contracts = { upload, scan };
