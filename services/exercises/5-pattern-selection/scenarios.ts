import type { PatternName } from './figures.ts';
import type { ReasonName } from './reasons.ts';

export interface Scenario {
  readonly task: string;
  /** Each pattern that fits, with the reasons for which it does. */
  readonly accepts: Partial<Record<PatternName, readonly ReasonName[]>>;
  /** Each pattern that does not, with what speaks against it and the figure that shows it. */
  readonly refuses: Partial<
    Record<PatternName, { readonly id: string; readonly because: string; readonly row: string }>
  >;
}

const MESSAGES = 'messages per order';
const FOREIGN = 'fields of other domains in events';
const OVERSOLD = 'oversold, all scenarios';
const AWAY = 'ready share while inventory is away';

const coordinatorForNothing = (because: string) => ({ id: 'coordinator-for-nothing', because, row: MESSAGES });
const nothingToJoin = (because: string) => ({ id: 'nothing-to-join', because, row: FOREIGN });
const decidesOnCopies = (because: string) => ({ id: 'decides-on-copies', because, row: OVERSOLD });

/** The workshop's five scenarios. */
export const scenarios = {
  'three-steps': {
    task: 'Three steps in a row: upload, scan, save',
    accepts: { choreography: ['few-messages', 'own-data-only', 'new-step-changes-little', 'most-orders'] },
    refuses: {
      orchestration: coordinatorForNothing('Three steps without a condition need nobody who commands them.'),
      aggregator: nothingToJoin('One step follows the other: no reader needs the joined result of several.'),
      'state-transfer': nothingToJoin('Nobody reads what another step owns: copies would have no readers.'),
    },
  },
  'loan-application': {
    task: 'A loan application with 15 steps and conditions between them',
    accepts: { orchestration: ['steps-in-one-service'] },
    refuses: {
      choreography: {
        id: 'conditions-are-scattered',
        because:
          'Fifteen steps with conditions would lie in fifteen services, and no single one could be read or audited.',
        row: 'event types known by the best-informed service',
      },
      aggregator: {
        id: 'conditions-are-scattered',
        because:
          'An aggregator waits until all answers are there. It decides on no next step, and a condition needs that.',
        row: 'event types known by the best-informed service',
      },
      'state-transfer': decidesOnCopies(
        'A loan that is granted on a copy of yesterday’s balance cannot be taken back.',
      ),
    },
  },
  'profile-update': {
    task: 'A user changes the profile, and five services show it',
    accepts: { 'state-transfer': ['answers-without-the-owner'] },
    refuses: {
      orchestration: coordinatorForNothing('There is no way to steer: the same change goes to five readers.'),
      aggregator: nothingToJoin('There is one source and five readers, and an aggregator is for the opposite.'),
      choreography: {
        id: 'readers-need-the-owner',
        because: 'Events without the data make five services ask the owner: while it is away, none of them answers.',
        row: AWAY,
      },
    },
  },
  prescription: {
    task: 'A prescription needs the doctor’s approval, the insurance’s check and the pharmacy’s stock',
    accepts: {
      aggregator: ['joined-for-many-readers', 'never-oversold'],
      orchestration: ['steps-in-one-service', 'never-oversold'],
      choreography: ['own-data-only', 'never-oversold'],
    },
    refuses: {
      'state-transfer': decidesOnCopies(
        'A medicine that is handed out on a copy of the approval may have been refused.',
      ),
    },
  },
  checkout: {
    task: 'A checkout with payment, inventory and shipping',
    accepts: {
      choreography: ['new-step-changes-little', 'own-data-only', 'few-messages', 'most-orders', 'never-oversold'],
      orchestration: ['steps-in-one-service', 'never-oversold'],
      aggregator: ['joined-for-many-readers', 'never-oversold'],
    },
    refuses: {
      'state-transfer': decidesOnCopies(
        'What is sold on a copy of the stock may be gone: it has to be explained to the customer.',
      ),
    },
  },
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof scenarios;

export interface Choice {
  readonly pattern: PatternName;
  /** At least one. */
  readonly because: readonly ReasonName[];
}

/** The answer: `undefined` where you have not chosen yet. */
export type Choices = Readonly<Record<ScenarioName, Choice | undefined>>;
