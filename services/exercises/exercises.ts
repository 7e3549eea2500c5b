import { exercise as antiPattern } from './1-anti-pattern/check.ts';
import { exercise as eventPayloads } from './2-event-payloads/check.ts';
import { exercise as stateManagement } from './3-state-management/check.ts';
import { exercise as handleFailures } from './4-handle-failures/check.ts';
import { exercise as patternSelection } from './5-pattern-selection/check.ts';
import { exercise as fourthRequirement } from './6-fourth-requirement/check.ts';
import { exercise as breakIt } from './7-break-it/check.ts';
import type { Exercise } from './exercise.ts';

/** The table of exercises, in the workshop's order. */
export const exercises: readonly Exercise[] = [
  antiPattern,
  eventPayloads,
  stateManagement,
  handleFailures,
  patternSelection,
  fourthRequirement,
  breakIt,
];
