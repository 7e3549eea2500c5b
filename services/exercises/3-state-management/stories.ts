import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';

/** What may happen to an order, from the plain to the unlucky. */

/** Something that a process of the kitchen is called for. */
export interface Call {
  /** Which of the two processes. */
  readonly on: 1 | 2;
  /** Short type of a delivered event; absent: the schedule. */
  readonly event?: string;
  /** After so many steps the process dies; a new one takes its place, and the event is delivered to the other one. */
  readonly diesAfter?: number;
  /** After so many steps one fails; where the answer is lost, it is executed nevertheless. */
  readonly failsAfter?: number;
  readonly answerIsLost?: true;
  /** After so many steps the process is paused while this happens on the other one. */
  readonly pausesAfter?: number;
  readonly meanwhile?: Call;
}

/** The next call comes so many minutes later. */
export interface Wait {
  readonly minutes: number;
  /** The schedule is not called meanwhile. */
  readonly unscheduled?: true;
}

export type Story = readonly (Call | Wait)[];

const [PAYMENT, INVENTORY, CHEF] = pizzaFlow.requirements.map(({ fulfilled }) => fulfilled) as [string, string, string];
const ALL = [PAYMENT, INVENTORY, CHEF];

/** The orders in which the three may come; the first one is the workshop's. */
const ORDERS = ALL.flatMap((first) =>
  ALL.filter((second) => second !== first).map((second) => {
    const third = ALL.find((one) => one !== first && one !== second) ?? '';
    return [first, second, third] as const;
  }),
);

/** More steps than one call has. */
const STEPS = Array.from({ length: 16 }, (_, n) => n);

const AFTER_TIMEOUT = { minutes: 36 };
const OVERDUE = { minutes: 31, unscheduled: true } as const;
const SCHEDULE: Call = { on: 2 };

const on1 = (event: string): Call => ({ on: 1, event });
const on2 = (event: string): Call => ({ on: 2, event });

export const inOrder: Story = [...ALL.map(on1), AFTER_TIMEOUT];
export const anyOrder: readonly Story[] = ORDERS.map((events) => [...events.map(on1), AFTER_TIMEOUT]);
export const onlyTwoKinds: readonly Story[] = ORDERS.map(([first, second]) => [first, first, second].map(on1));
export const copies: readonly Story[] = [
  ...ALL.map((copied) => [...ALL, copied].map(on1)),
  ...ALL.map((copied) => ALL.flatMap((event) => (event === copied ? [event, event] : [event])).map(on1)),
];
export const twoOfThree: readonly Story[] = ORDERS.map(([first, second]) => [
  ...[first, second].map(on1),
  AFTER_TIMEOUT,
]);
export const early: readonly Story[] = ORDERS.map(([first, second]) => [...[first, second].map(on1), { minutes: 29 }]);
export const late: readonly Story[] = ORDERS.map(([first, second, third]) => [
  ...[first, second].map(on1),
  AFTER_TIMEOUT,
  on1(third),
  AFTER_TIMEOUT,
]);
export const repeated: readonly Story[] = ORDERS.map(([first, second]) => [
  ...[first, second].map(on1),
  { minutes: 90 },
]);

/** Each event comes to the other process. */
export const alternating: readonly Story[] = ORDERS.map(([first, second, third]) => [
  ...[on1(first), on2(second), on1(third)],
  AFTER_TIMEOUT,
]);

/** Two events at the same time, or one of them and its copy. */
export const overlaps: readonly Story[] = ORDERS.flatMap(([first, second, third]) =>
  STEPS.flatMap((pausesAfter): Story[] => [
    [on1(first), { ...on1(second), pausesAfter, meanwhile: on2(third) }, AFTER_TIMEOUT],
    [{ ...on1(first), pausesAfter, meanwhile: on2(second) }, on1(third), AFTER_TIMEOUT],
    [on1(first), on2(second), { ...on1(third), pausesAfter, meanwhile: on2(third) }, AFTER_TIMEOUT],
  ]),
);

export const crashes: readonly Story[] = ORDERS.flatMap(([first, second, third]) =>
  STEPS.flatMap((diesAfter): Story[] => [
    [on1(first), on2(second), { ...on1(third), diesAfter }, AFTER_TIMEOUT],
    [on1(first), { ...on1(second), diesAfter }, on1(third), AFTER_TIMEOUT],
    [{ ...on1(first), diesAfter }, on2(second), on1(third), AFTER_TIMEOUT],
  ]),
);

/** A port fails once, and where it answers nothing it may have done what it was asked. */
export const faults: readonly Story[] = ORDERS.flatMap(([first, second, third]) =>
  STEPS.flatMap((failsAfter): Story[] => [
    [on1(first), on1(second), { ...on1(third), failsAfter }, AFTER_TIMEOUT],
    [on1(first), on1(second), { ...on1(third), failsAfter, answerIsLost: true }, AFTER_TIMEOUT],
  ]),
);

/** The last event comes when the schedule finds the order overdue. */
export const races: readonly Story[] = ORDERS.flatMap(([first, second, third]) =>
  STEPS.flatMap((pausesAfter): Story[] => [
    [on1(first), on1(second), OVERDUE, { ...SCHEDULE, pausesAfter, meanwhile: on1(third) }, AFTER_TIMEOUT],
    [on1(first), on1(second), OVERDUE, { ...on1(third), pausesAfter, meanwhile: SCHEDULE }, AFTER_TIMEOUT],
  ]),
);

export const scheduleCrashes: readonly Story[] = ORDERS.flatMap(([first, second]) =>
  STEPS.map((diesAfter): Story => [on1(first), on1(second), OVERDUE, { ...SCHEDULE, diesAfter }, AFTER_TIMEOUT]),
);
