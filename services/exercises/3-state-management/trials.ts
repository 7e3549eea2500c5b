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
  'timeout-after-ready': 'The schedule times out an order that the kitchen has begun.',
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
  'late-event-counts': 'The last event comes after the timeout, and the kitchen begins nevertheless.',
  'ready-and-timeout': 'The last event and the timeout come at the same time, and the order ends in both ways.',
  'crash-loses-timeout': 'The process dies while the schedule times an order out, and nobody publishes the timeout.',
};

const nothing = (stories: Trial['stories'], otherwise: string): Trial => ({
  stories,
  expected: 'nothing',
  judge: (came) => (came.length === 0 ? undefined : otherwise),
});

interface Failures {
  /** The finding where the outcome does not come. */
  readonly lost: string;
  /** Where it comes more than once, or another one comes, too; default: the same. */
  readonly twice?: string;
  readonly also?: string;
}

const once = (outcome: string, stories: Trial['stories'], { lost, twice = lost, also = lost }: Failures): Trial => ({
  stories,
  expected: `${outcome} once`,
  judge(came) {
    if (!came.includes(outcome)) return lost;
    if (came.some((one) => one !== outcome)) return also;
    return came.length > 1 ? twice : undefined;
  },
});

const either = (stories: Trial['stories'], both: string): Trial => ({
  stories,
  expected: `${READY} or ${TIMEOUT}, once`,
  judge(came) {
    if (new Set(came).size > 1) return both;
    if (came.length === 0) return 'no-timeout';
    return came.length > 1 ? 'timeout-repeats' : undefined;
  },
});

/** The workshop's test cases: in order, out of order, a copy, two of three. */
export const theFour: readonly Trial[] = [
  once(READY, [stories.inOrder], { lost: 'never-ready', also: 'timeout-after-ready' }),
  once(READY, stories.anyOrder, { lost: 'order-matters' }),
  nothing(stories.onlyTwoKinds, 'ready-too-early'),
  once(READY, stories.copies, { lost: 'copy-counts' }),
  nothing(stories.early, 'timeout-too-early'),
  once(TIMEOUT, stories.twoOfThree, { lost: 'no-timeout', twice: 'timeout-repeats' }),
];

/** What happens some day to a kitchen of two processes. */
export const theUnlucky: readonly Trial[] = [
  once(READY, stories.alternating, { lost: 'state-not-shared' }),
  once(READY, stories.overlaps, { lost: 'lost-update', twice: 'overlap-doubles-ready' }),
  once(READY, stories.crashes, { lost: 'crash-loses-ready', twice: 'crash-doubles-ready' }),
  once(READY, stories.faults, { lost: 'fault-loses-ready', twice: 'fault-doubles-ready' }),
  once(TIMEOUT, stories.repeated, { lost: 'no-timeout', twice: 'timeout-repeats' }),
  once(TIMEOUT, stories.late, { lost: 'no-timeout', twice: 'timeout-repeats', also: 'late-event-counts' }),
  either(stories.races, 'ready-and-timeout'),
  once(TIMEOUT, stories.scheduleCrashes, { lost: 'crash-loses-timeout', twice: 'timeout-repeats' }),
];
