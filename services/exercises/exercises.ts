import { exercise as antiPattern } from './1-anti-pattern/check.ts';
import { exercise as eventPayloads } from './2-event-payloads/check.ts';
import { exercise as stateManagement } from './3-state-management/check.ts';
import type { Exercise } from './exercise.ts';

/** The table of exercises, in the workshop's order. */
export const exercises: readonly Exercise[] = [antiPattern, eventPayloads, stateManagement];
