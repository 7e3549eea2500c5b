import { aggregatorClaims } from './claims/aggregator.ts';
import { chainClaims } from './claims/chain.ts';
import { choreographyClaims } from './claims/choreography.ts';
import { type Claim, type Judgement, judgeClaim } from './claims/claim.ts';
import { orchestrationClaims } from './claims/orchestration.ts';
import { stateTransferClaims } from './claims/state-transfer.ts';
import type { Figure } from './figures.ts';

/** Every pro and con of the workshop's comparison, the problems of its anti-pattern and the benefits of its better one. */
export const claims: readonly Claim[] = [
  ...orchestrationClaims,
  ...choreographyClaims,
  ...aggregatorClaims,
  ...stateTransferClaims,
  ...chainClaims,
];

/** A verdict on every claim, with the reason. */
export const judge = (figures: readonly Figure[]): Judgement[] => claims.map((claim) => judgeClaim(claim, figures));
