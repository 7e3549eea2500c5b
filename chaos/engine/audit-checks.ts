import { auditSystem } from '#shared/audit/audit-system.ts';
import type { AuditReport, JudgedInvariant } from '#shared/audit/report.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Experiment } from '../experiment.ts';
import { type Check, SHOWN } from './check.ts';
import type { Timeline } from './timeline.ts';
import type { Watch } from './watch.ts';

/**
 * The audit's verdict on the whole system once it is at rest, a check per invariant. It reads past the services: the
 * events, the gateway's journal, stock, roster and counters, beside what the intake accepted.
 * @throws Unavailable when NATS or Redis does not answer
 */
export async function auditChecks(
  { deadLetters }: Experiment,
  { target, customers }: Watch,
  timeline: Timeline,
  restWithinMs: number,
): Promise<Check[]> {
  const report = await auditSystem({
    natsUrl: target.natsUrl,
    redisUrl: target.redisUrl,
    flow: pizzaFlow,
    partitions: target.settings.PARTITIONS,
    accepted: customers.accepted.keys(),
    expectDeadLetters: deadLetters?.reasons ?? [],
    waitForRest: { withinMs: restWithinMs },
  });
  for (const { name, notJudged } of report.invariants.filter(isBeyondTheStream(report)))
    timeline.add('note', `the audit does not judge "${name}": ${notJudged}`);
  return checksOf(report);
}

/** One for each invariant; none for sums that reach further back than the stream, as on a stack that runs for hours. */
export function checksOf(report: AuditReport): Check[] {
  const isBeyond = isBeyondTheStream(report);
  return report.invariants.filter((one) => !isBeyond(one)).map(checkOf);
}

const isBeyondTheStream =
  ({ stream }: AuditReport) =>
  ({ notJudged }: JudgedInvariant): boolean =>
    notJudged !== undefined && stream.firstSequence > 1;

/** Whatever else is not judged was not at rest: that is no pass. */
function checkOf({ name, checked, violations, examples, notJudged }: JudgedInvariant): Check {
  const passed = violations === 0 && notJudged === undefined;
  const found = examples
    .slice(0, SHOWN)
    .map(({ orderId, detail }) => `${orderId ? `order ${orderId}: ` : ''}${detail}`);
  return {
    name: `audit: ${name}`,
    passed,
    detail: notJudged
      ? `not judged: ${notJudged}`
      : passed
        ? `${checked} checked`
        : `${violations}: ${found.join('; ')}`,
  };
}
