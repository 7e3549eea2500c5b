import { z } from 'zod';
import { label } from '#shared/contracts/fields.ts';
import type { Contracts } from '../contract-findings.ts';
import { type Field, type Owner, scannedEvent } from './scanned-event.ts';

/** 1. Who owns each field of the event? Nobody has asked yet. */
export const owners: Record<Field, Owner> = {
  fileId: 'virus-scanner',
  scanResult: 'virus-scanner',
  fileDescription: 'virus-scanner',
  uploadedBy: 'virus-scanner',
  s3Bucket: 'virus-scanner',
  s3Key: 'virus-scanner',
  metadata: 'virus-scanner',
  originalFilename: 'virus-scanner',
  contentType: 'virus-scanner',
};

/** 2. Refactor: which events are there, who publishes each, and what does it say? */
export const events: Contracts = {
  'virus.scanned': {
    owner: 'virus-scanner',
    version: '1.0',
    schema: z.looseObject({
      fileId: label,
      scanResult: label,
      fileDescription: label,
      uploadedBy: label,
      s3Bucket: label,
      s3Key: label,
      metadata: z.looseObject({ originalFilename: label, contentType: label }),
    }),
    example: scannedEvent,
  },
};

/** 3. Which of these events does the saver listen to? It moves a safe file to its final place, with its description and metadata. */
export const saverListensTo: readonly string[] = ['virus.scanned'];
