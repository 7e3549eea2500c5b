import { z } from 'zod';
import { label } from '#shared/contracts/fields.ts';
import type { Contracts } from '../../contract-findings.ts';
import * as solution from '../solution.ts';

export { owners, saverListensTo } from '../solution.ts';

/** The scanner may only say what is its own, and the file's id is the upload's. */
export const events: Contracts = {
  ...solution.events,
  'virus.scanned': {
    owner: 'virus-scanner',
    version: '2.0',
    schema: z.looseObject({ scanResult: label }),
    example: { scanResult: 'safe' },
  },
};
