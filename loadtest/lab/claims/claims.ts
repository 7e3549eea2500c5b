import { aggregatorClaims } from './aggregator.ts';
import { chainClaims } from './chain.ts';
import { choreographyClaims } from './choreography.ts';
import type { Claim } from './claim.ts';
import { orchestrationClaims } from './orchestration.ts';
import { stateTransferClaims } from './state-transfer.ts';

/** Every pro and con of the workshop's comparison, the problems of its anti-pattern and the benefits of its better one. */
export const claims: readonly Claim[] = [
  ...orchestrationClaims,
  ...choreographyClaims,
  ...aggregatorClaims,
  ...stateTransferClaims,
  ...chainClaims,
];
