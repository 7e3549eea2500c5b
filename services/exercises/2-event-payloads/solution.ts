import { z } from 'zod';
import { label, orderId } from '#shared/contracts/fields.ts';
import { type Contracts, eventOf, step, type Upload } from './photo-flow.ts';

/** One id per upload: a user has many photos, and devices count their file names from 1. */
export const correlationId = ({ photoId }: Upload): string => photoId;

const reason = label;

const upload = {
  events: {
    'photo.uploaded': eventOf('upload-service', {
      type: 'photo.uploaded',
      schema: z.looseObject({ orderId, userId: label, fileName: label }),
      example: { orderId: 'photo-1', userId: 'user-456', fileName: 'IMG_0001' },
    }),
  },
};

const scan = step({
  name: 'scan',
  owner: 'virus-scanner',
  passed: {
    type: 'scan.passed',
    schema: z.looseObject({ orderId, scanId: label }),
    example: { orderId: 'photo-1', scanId: 'scan-photo-1-001' },
  },
  refused: {
    type: 'scan.failed',
    schema: z.looseObject({ orderId, reason }),
    example: { orderId: 'photo-1', reason: 'virus-found' },
  },
  businessId: 'scanId',
});

const image = step({
  name: 'image',
  owner: 'image-processor',
  passed: {
    type: 'image.resized',
    schema: z.looseObject({ orderId, imageId: label, width: z.number(), height: z.number() }),
    example: { orderId: 'photo-1', imageId: 'image-photo-1-001', width: 1600, height: 1200 },
  },
  refused: {
    type: 'image.failed',
    schema: z.looseObject({ orderId, reason }),
    example: { orderId: 'photo-1', reason: 'not-an-image' },
  },
  businessId: 'imageId',
});

const metadata = step({
  name: 'metadata',
  owner: 'metadata-extractor',
  passed: {
    type: 'metadata.extracted',
    schema: z.looseObject({ orderId, metadataId: label, camera: label, takenAt: label }),
    example: {
      orderId: 'photo-1',
      metadataId: 'metadata-photo-1-001',
      camera: 'X100',
      takenAt: '2026-01-13T10:00:00Z',
    },
  },
  refused: {
    type: 'metadata.failed',
    schema: z.looseObject({ orderId, reason }),
    example: { orderId: 'photo-1', reason: 'no-exif' },
  },
  businessId: 'metadataId',
});

/** The storage waits for the three steps, in whichever order they pass. */
export const contracts: Contracts = { upload, scan, image, metadata };
