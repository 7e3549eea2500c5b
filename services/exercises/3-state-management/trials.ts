import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import * as stories from './stories.ts';

/** Outcomes of an order, in the order in which they were published. */
export type Outcomes = readonly string[];

/** Stories that are judged alike. */
export interface Trial {
  readonly stories: readonly stories.Story[];
  /** What must come of each, in words. */
  readonly expected: string;
  /** The finding, by what came; undefined: as expected. */
  readonly judge: (came: Outcomes) => string | undefined;
}

const { ready: READY, timeout: TIMEOUT } = pizzaFlow.outcomes;

/** Finding -> the rule that is broken. */
export const messages: Readonly<Record<string, string>> = {
  'event-breaks-contract': 'The kitchen publishes an event that no contract describes, or with other data.',
  'never-ready': 'All three events came, and the kitchen does not begin.',
  'order-matters': 'The same three events in another order do not make the order ready.',
  'ready-too-early': 'The kitchen begins although an event is missing.',
  'copy-counts': 'A copy of an event makes the kitchen begin twice.',
  'no-timeout': 'An order that waits for longer than 30 minutes does not time out.',
  'timeout-too-early': 'The order times out before 30 minutes have passed.',
  'state-not-shared': 'Each process knows only the events that it received itself.',
  'lost-update':
    'Two processes handle events of the order at the same time, and one overwrites what the other one wrote.',
  'overlap-doubles-ready': 'Two processes handle events of the order at the same time, and both begin.',
  'crash-loses-ready': 'A process dies, its event is delivered again, and the kitchen never begins.',
  'crash-doubles-ready': 'A process dies, its event is delivered again, and the kitchen begins twice.',
  'fault-loses-ready': 'A port fails, and the kitchen never begins: the event is not delivered again.',
  'fault-doubles-ready': 'A port fails, the event is delivered again, and the kitchen begins twice.',
  'timeout-repeats': 'The schedule finds an order again that has timed out already.',
  'ready-and-timeout': 'The last event and the timeout come at the same time, and the order ends in both ways.',
  'crash-loses-timeout': 'The process dies while the schedule times an order out, and nobody publishes the timeout.',
};

const nothing = (stories: Trial['stories'], otherwise: string): Trial => ({
  stories,
  expected: 'nothing',
  judge: (came) => (came.length === 0 ? undefined : otherwise),
});

/** `twice`: the finding where that outcome comes more than once; default: the same as for everything else. */
const once = (outcome: string, stories: Trial['stories'], lost: string, twice = lost): Trial => ({
  stories,
  expected: `${outcome} once`,
  judge(came) {
    if (came.filter((one) => one === outcome).length > 1) return twice;
    return came.join() === outcome ? undefined : lost;
  },
});

const either = (stories: Trial['stories'], both: string): Trial => ({
  stories,
  expected: `${READY} or ${TIMEOUT}, once`,
  judge: (came) => (came.length === 1 ? undefined : both),
});

/** The workshop's test cases: in order, out of order, a copy, two of three. */
export const theFour: readonly Trial[] = [
  once(READY, [stories.inOrder], 'never-ready'),
  once(READY, stories.anyOrder, 'order-matters'),
  nothing(stories.twoKinds, 'ready-too-early'),
  once(READY, stories.copies, 'copy-counts'),
  nothing(stories.early, 'timeout-too-early'),
  once(TIMEOUT, stories.twoOfThree, 'no-timeout', 'timeout-repeats'),
];

/** What happens some day to a kitchen of two processes. */
export const theUnlucky: readonly Trial[] = [
  once(READY, stories.taking, 'state-not-shared'),
  once(READY, stories.overlaps, 'lost-update', 'overlap-doubles-ready'),
  once(READY, stories.crashes, 'crash-loses-ready', 'crash-doubles-ready'),
  once(READY, stories.faults, 'fault-loses-ready', 'fault-doubles-ready'),
  once(TIMEOUT, stories.repeated, 'no-timeout', 'timeout-repeats'),
  either(stories.races, 'ready-and-timeout'),
  once(TIMEOUT, stories.scheduleCrashes, 'crash-loses-timeout', 'timeout-repeats'),
];
