import type { Contracts } from '../photo-flow.ts';
import * as solution from '../solution.ts';

export { correlationId } from '../solution.ts';

/** The image processor begins only after the scan, so whoever waits for the image need not wait for the scan. */
export const contracts: Contracts = { ...solution.contracts, scan: { events: solution.contracts.scan?.events ?? {} } };
