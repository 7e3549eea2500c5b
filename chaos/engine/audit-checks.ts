import { audit } from '#shared/audit/audit-system.ts';
import type { AuditReport, JudgedInvariant } from '#shared/audit/report.ts';
import type { SystemAddress, SystemReader } from '#shared/audit/system-reader.ts';
import type { Experiment } from '../experiment.ts';
import { type Check, SHOWN } from './checks.ts';
import type { Timeline } from './timeline.ts';
import type { Watch } from './watch.ts';

export interface Audited {
  readonly reader: SystemReader;
  readonly address: SystemAddress;
  readonly watch: Watch;
  readonly timeline: Timeline;
  readonly restWithinMs: number;
}

/**
 * The audit's verdict on the whole system once it is at rest, a check per invariant. It asks no service: it reads the
 * events, the gateway's journal, stock, roster and counters, and compares them with what the intake accepted.
 * @throws Unavailable when NATS or Redis does not answer
 */
export async function auditChecks(
  { deadLetters }: Experiment,
  { reader, address, watch, timeline, restWithinMs }: Audited,
): Promise<Check[]> {
  const report = await audit(reader, {
    ...address,
    accepted: watch.customers.accepted.keys(),
    expectDeadLetters: deadLetters?.reasons ?? [],
    waitForRest: { withinMs: restWithinMs },
  });
  for (const { name, notJudged } of report.invariants.filter(isBeyondTheStream(report)))
    timeline.add('note', `the audit does not judge "${name}": ${notJudged}`);
  return checksOf(report);
}

/** One per invariant, except sums that reach further back than the stream, as on a stack that runs for hours. */
export function checksOf(report: AuditReport): Check[] {
  const isBeyond = isBeyondTheStream(report);
  return report.invariants.filter((one) => !isBeyond(one)).map(checkOf);
}

const isBeyondTheStream =
  ({ stream }: AuditReport) =>
  ({ notJudged }: JudgedInvariant): boolean =>
    notJudged !== undefined && stream.firstSequence > 1;

/** Anything else that is not judged was not at rest, so it has not passed. */
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
