import { z } from 'zod';
import { label } from '#shared/contracts/fields.ts';
import type { Contracts } from '../../contract-findings.ts';
import { scannedEvent } from '../scanned-event.ts';
import * as solution from '../solution.ts';

export { owners, saverListensTo } from '../solution.ts';

const { fileId, fileDescription, uploadedBy, metadata } = scannedEvent;

/** Where the file lies is an internal of the upload: whoever wants to know may ask it. */
export const events: Contracts = {
  ...solution.events,
  'file.uploaded': {
    owner: 'upload-service',
    version: '1.0',
    schema: z.looseObject({
      fileId: label,
      fileDescription: label,
      uploadedBy: label,
      metadata: z.looseObject({ originalFilename: label, contentType: label }),
    }),
    example: { fileId, fileDescription, uploadedBy, metadata },
  },
};
