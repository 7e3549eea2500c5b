import { z } from 'zod';
import { label } from '#shared/contracts/fields.ts';
import type { Contracts } from '../contract-findings.ts';
import { type Field, type Owner, scannedEvent } from './scanned-event.ts';

/** Whoever decides on a value owns it: all but the verdict was known before the scanner saw the file. */
export const owners: Record<Field, Owner> = {
  fileId: 'reference',
  scanResult: 'virus-scanner',
  fileDescription: 'upload-service',
  uploadedBy: 'upload-service',
  s3Bucket: 'upload-service',
  s3Key: 'upload-service',
  metadata: 'upload-service',
  originalFilename: 'upload-service',
  contentType: 'upload-service',
};

const { fileId, scanResult, ...uploaded } = scannedEvent;

export const events: Contracts = {
  'file.uploaded': {
    owner: 'upload-service',
    version: '1.0',
    schema: z.looseObject({
      fileId: label,
      fileDescription: label,
      uploadedBy: label,
      s3Bucket: label,
      s3Key: label,
      metadata: z.looseObject({ originalFilename: label, contentType: label }),
    }),
    example: { fileId, ...uploaded },
  },
  'virus.scanned': {
    owner: 'virus-scanner',
    // Fields are gone, so it is a new major version: no consumer reads it by mistake as the old one.
    version: '2.0',
    schema: z.looseObject({ fileId: label, scanResult: label }),
    example: { fileId, scanResult },
  },
};

/** It joins both by fileId, in whichever order they come. */
export const saverListensTo: readonly string[] = ['file.uploaded', 'virus.scanned'];
