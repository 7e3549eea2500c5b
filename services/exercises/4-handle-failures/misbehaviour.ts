import type { Flow } from '#shared/contracts/flow.ts';
import type { Finding } from '../exercise.ts';
import { placeOf, type Run, timelineOf, violated } from '../run-orders.ts';
import type { Reaction } from './reaction.ts';
import type { FailureScenario } from './scenarios.ts';

/** A rule, broken by an order: as an invariant of the audit, or as a customer sees it. */
interface Rule {
  readonly id: string;
  readonly message: string;
  readonly expected: string;
  /** What came, when the order breaks the rule. */
  readonly broken: (run: Run, judged: Judged) => string | undefined;
}

interface Judged {
  readonly flow: Flow;
  readonly scenario: FailureScenario;
  readonly reactions: readonly Reaction[];
}

const isRefused = (run: Run, { ingredientMissing }: FailureScenario): boolean =>
  ingredientMissing || placeOf(run, 'inventory.expired') >= 0;

/** A fulfilment after the order's end that nobody asked back. */
function keptAfterTheEnd(run: Run, { flow }: Judged): boolean {
  const end = placeOf(run, ...Object.values(flow.outcomes));
  return flow.requirements.some(
    ({ fulfilled, compensation }) => placeOf(run, fulfilled) > end && placeOf(run, compensation) < 0,
  );
}

/** First match wins. */
const rules: readonly Rule[] = [
  {
    id: 'made-of-an-expired-reservation',
    message: 'No pizza is made of ingredients that are no longer reserved: somebody else may have them.',
    expected: 'order.cancelled after inventory.expired',
    broken(run, { flow }) {
      const expired = placeOf(run, 'inventory.expired');
      return expired >= 0 && placeOf(run, flow.outcomes.ready) > expired
        ? `${flow.outcomes.ready} after inventory.expired`
        : undefined;
    },
  },
  {
    id: 'customer-waits-for-the-deadline',
    message: 'An order that cannot be made is cancelled when that is known, and does not wait for its deadline.',
    expected: 'order.cancelled',
    broken: (run, { flow, scenario }) =>
      !scenario.stormy && isRefused(run, scenario) && placeOf(run, flow.outcomes.timeout) >= 0
        ? flow.outcomes.timeout
        : undefined,
  },
  {
    id: 'work-begins-after-the-end',
    message: 'Who hears of the order’s end first leaves a tombstone: the order that comes later is not begun.',
    expected: 'no work begins after the end',
    broken: (run) => violated(run, 'no work begins after the end'),
  },
  {
    id: 'late-success-is-kept',
    message: 'Work that was under way when the order ended succeeds later: somebody has to ask it back then.',
    expected: 'what was not used is asked back, once',
    broken: (run, judged) =>
      keptAfterTheEnd(run, judged) ? violated(run, 'what was not used is asked back, once') : undefined,
  },
  {
    id: 'not-asked-back',
    message: 'Everything that was fulfilled for an order that is not made is asked back: money, ingredients, the chef.',
    expected: 'what was not used is asked back, once',
    broken: (run) => violated(run, 'what was not used is asked back, once'),
  },
  {
    id: 'not-undone',
    message: 'The kitchen only asks: the owner undoes its work and reports it.',
    expected: 'what was asked back is undone, once; captured = sold + refunded',
    broken: (run) => violated(run, 'what was asked back is undone, once', 'captured = sold + refunded'),
  },
  {
    id: 'breaks-an-invariant',
    message: 'The audit’s invariants hold for every order.',
    expected: 'no violation',
    broken: (run) => violated(run, ...run.violations.map(({ invariant }) => invariant)),
  },
  {
    id: 'customer-hears-no-decision',
    message:
      'The customer hears once how the order ended: a refusal is no decision yet, and an order may have several.',
    expected: 'one message, after order.cancelled',
    broken(run, { flow, reactions }) {
      const told = reactions.filter(({ does }) => does === 'tell the customer').map(({ on }) => on);
      const messages = run.published.filter(({ type }) => told.some((on) => on === type)).map(({ type }) => type);
      const cancelled = placeOf(run, flow.outcomes.cancelled);
      if (cancelled < 0 || messages.join() === flow.outcomes.cancelled) return undefined;
      return messages.length === 0 ? 'none' : `one after each of: ${messages.join(', ')}`;
    },
  },
];

/** The first rule that an order of the scenario breaks, shown by the shortest one that does. */
export function misbehaviourOf(runs: readonly Run[], judged: Judged): Finding | undefined {
  for (const { broken, ...finding } of rules)
    for (const run of runs) {
      const came = broken(run, judged);
      if (came === undefined) continue;
      return { ...finding, came: `${came}\nwhen ${judged.scenario.title}`, timeline: timelineOf(run, judged.flow) };
    }
  return undefined;
}
