import { audit } from '#shared/audit/audit-system.ts';
import type { AuditReport, JudgedInvariant } from '#shared/audit/report.ts';
import type { SystemAddress, SystemReader } from '#shared/audit/system-reader.ts';
import type { Experiment } from '../experiment.ts';
import type { Target } from '../target/target.ts';
import { type Check, SHOWN } from './checks.ts';
import type { Watch } from './watch.ts';

export const addressOf = ({ natsUrl, stores, pattern: { flow } }: Target): SystemAddress => ({
  natsUrl,
  stores,
  flow,
});

/**
 * The audit's verdict on the whole system once it is at rest, a check per invariant. It asks no service: it reads the
 * events, the gateway's journal, stock, roster and counters, and compares them with what the intake accepted.
 * @throws Unavailable when NATS or Redis does not answer
 */
export async function auditChecks(
  { deadLetters }: Experiment,
  { target, customers, timeline }: Watch,
  reader: SystemReader,
  restWithinMs: number,
): Promise<Check[]> {
  const report = await audit(reader, {
    ...addressOf(target),
    accepted: customers.accepted.keys(),
    expectDeadLetters: deadLetters?.reasons ?? [],
    waitForRest: { withinMs: restWithinMs },
  });
  for (const one of report.invariants)
    if (isBeyondStream(report, one)) timeline.add('note', `the audit does not judge "${one.name}": ${one.notJudged}`);
  return checksOf(report);
}

/** One per invariant, except sums that reach further back than the stream, as on a stack that runs for hours. */
export const checksOf = (report: AuditReport): Check[] =>
  report.invariants.filter((one) => !isBeyondStream(report, one)).map(checkOf);

const isBeyondStream = ({ stream }: AuditReport, { notJudged }: JudgedInvariant): boolean =>
  notJudged !== undefined && stream.firstSequence > 1;

/** Anything else that is not judged was not at rest, so it has not passed. */
function checkOf({ name, checked, violations, examples, notJudged }: JudgedInvariant): Check {
  const found = examples
    .slice(0, SHOWN)
    .map(({ orderId, detail }) => `${orderId ? `order ${orderId}: ` : ''}${detail}`);
  const judged = violations === 0 ? `${checked} checked` : `${violations}: ${found.join('; ')}`;
  const detail = notJudged ? `not judged: ${notJudged}` : judged;
  return { name: `audit: ${name}`, passed: violations === 0 && notJudged === undefined, detail };
}
