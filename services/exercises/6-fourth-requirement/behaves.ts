import type { Flow } from '#shared/contracts/flow.ts';
import type { Pattern } from '#shared/runtime/pattern.ts';
import type { Finding } from '../exercise.ts';
import { placeOf, type Run, runOrders, type Scenario, seeds, timelineOf, violated } from '../run-orders.ts';

/** Whether orders that pass delivery end as they have to, on a virtual clock. */

/** Of the task: a smaller order is not delivered. */
const LEAST_AMOUNT = 10;

const scenariosOf = (service: string): readonly Scenario[] => [
  { title: 'nothing goes wrong', seeds: seeds(16), faults: [] },
  {
    title: 'delivery hears of the order late',
    seeds: seeds(16),
    faults: [],
    late: { service, type: 'order.created', deliveries: 1 },
  },
  {
    title: 'events come late, twice and out of order, and processes die',
    seeds: seeds(24),
    faults: ['reorder', 'duplicate', 'delay', 'redelivery', 'kill'],
    stormy: true,
  },
];

interface Rule {
  readonly id: string;
  readonly message: string;
  readonly expected: string;
  readonly broken: (run: Run, judged: { readonly flow: Flow; readonly scenario: Scenario }) => string | undefined;
}

const isSmall = ({ published }: Run): boolean => Number(published[0]?.data.totalAmount) < LEAST_AMOUNT;

/** Long enough that the news of the order's end has arrived. */
const NEWS_ARRIVES_WITHIN_MS = 250;

function begunLongAfter({ published }: Run, { outcomes, requirements }: Flow): string | undefined {
  const ended = published.find(({ type }) => type === outcomes.cancelled || type === outcomes.timeout);
  const fulfilled = requirements.at(-1)?.fulfilled;
  const begun = published.find(({ type }) => type === fulfilled);
  return ended && begun && begun.afterMs > ended.afterMs + NEWS_ARRIVES_WITHIN_MS
    ? `${begun.type} long after ${ended.type}`
    : undefined;
}

/** First match wins. */
const rules: readonly Rule[] = [
  {
    id: 'small-order-is-delivered',
    message: 'Delivery refuses an order below 10.00, whatever the others say.',
    expected: 'order.cancelled',
    broken: (run, { flow }) =>
      isSmall(run) && placeOf(run, flow.outcomes.ready) >= 0 ? flow.outcomes.ready : undefined,
  },
  {
    id: 'order-waits-for-delivery',
    message: 'Every order gets an answer: silence is no refusal, the kitchen waits for the deadline.',
    expected: 'an event that fulfils or refuses the requirement, for every order',
    broken: (run, { flow, scenario }) =>
      !scenario.stormy && placeOf(run, flow.outcomes.timeout) >= 0 ? flow.outcomes.timeout : undefined,
  },
  {
    id: 'begins-after-the-end',
    message: 'Who hears of the order’s end first leaves a tombstone: the order that comes later is not begun.',
    expected: 'no work begins after the end',
    broken: (run, { flow, scenario }) =>
      violated(run, 'no work begins after the end') ?? (scenario.late && begunLongAfter(run, flow)),
  },
  {
    id: 'booking-is-not-cancelled',
    message: 'A booking that the kitchen asks back is undone and reported, once.',
    expected: 'what was asked back is undone, once',
    broken: (run) => violated(run, 'what was asked back is undone, once'),
  },
  {
    id: 'breaks-an-invariant',
    message: 'The audit’s invariants hold for every order.',
    expected: 'no violation',
    broken: (run) => violated(run, ...run.violations.map(({ invariant }) => invariant)),
  },
];

export async function misbehaviourOf(pattern: Pattern, service: string): Promise<Finding | undefined> {
  for (const scenario of scenariosOf(service)) {
    const runs = await runOrders(scenario, pattern);
    for (const { broken, ...finding } of rules)
      for (const run of runs) {
        const came = broken(run, { flow: pattern.flow, scenario });
        if (came === undefined) continue;
        return { ...finding, came: `${came}\nwhen ${scenario.title}`, timeline: timelineOf(run, pattern.flow) };
      }
  }
  return undefined;
}
