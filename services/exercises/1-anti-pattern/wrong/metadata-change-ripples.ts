import { z } from 'zod';
import { label } from '#shared/contracts/fields.ts';
import type { Contracts } from '../../contract-findings.ts';
import { scannedEvent } from '../scanned-event.ts';
import * as solution from '../solution.ts';

export { owners, saverListensTo } from '../solution.ts';

const { fileId, metadata } = scannedEvent;

/** An event of its own for those who want only the metadata; file.uploaded keeps them, for whoever reads them there. */
export const events: Contracts = {
  ...solution.events,
  'file.described': {
    owner: 'upload-service',
    version: '1.0',
    schema: z.looseObject({ fileId: label, metadata: z.looseObject({ originalFilename: label, contentType: label }) }),
    example: { fileId, metadata },
  },
};
