import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { type AuditOptions, audit } from '#shared/audit/audit-system.ts';
import { describeReport } from '#shared/audit/describe-report.ts';
import { type SystemAddress, SystemReader } from '#shared/audit/system-reader.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import { askAgainIn } from '#shared/messaging/broker-inspector.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import { sentenceOf } from '#shared/stack/commands/run-tool.ts';
import type { Verdict } from '../report/load-report.ts';
import { accountFor } from './account-for.ts';
import type { LoadedSystem } from './loaded-system.ts';

/** Beyond the orders' own deadline, for compensations after it. */
const REST_MS = 60_000;
const LOOK_EVERY_MS = 500;
/** For compensations after the end of the last order, where others go on ordering. */
const SETTLE_MS = 5_000;

/**
 * The verdict on a run: the outcome of every accepted order, and the audit of the system that took them. It says why there is
 * none when the servers that are known here do not hold the accepted orders, or refuse the login.
 */
export async function auditLoad(
  { servers, flow, orderTimeoutMs, own }: LoadedSystem,
  accepted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Verdict> {
  const withinMs = orderTimeoutMs + REST_MS;
  const address = { ...servers, flow };
  let known = own;
  try {
    await using reader = await SystemReader.open(address);
    known ||= await holdsAny(reader, accepted);
    if (!known) return notAudited('none of the accepted orders is in a stream that is known here');
    if (!own) await untilSettled(reader, accepted, { flow, withinMs, signal });
    const rest = own ? { waitForRest: { withinMs } } : { overdueMs: withinMs };
    return await verdictOn(reader, { ...address, ...rest, accepted, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    if (!known) return notAudited((error as Error).message);
    const sentence = error instanceof Unavailable ? error.message : sentenceOf(error);
    return { clean: false, lines: [`The audit could not be done: ${sentence}`] };
  }
}

const notAudited = (why: string): Verdict => ({
  clean: undefined,
  lines: [
    `Not audited: ${why}. NATS_URL, STORE with its URL, and CREDENTIALS_FILE name the servers, and who asks them.`,
  ],
});

async function verdictOn(
  reader: SystemReader,
  options: SystemAddress & AuditOptions & { readonly accepted: ReadonlySet<string> },
): Promise<Verdict> {
  const report = await audit(reader, options);
  const account = accountFor(options.flow, options.accepted, reader.seen.orders);
  const described = stripVTControlCharacters(describeReport(report)).split('\n');
  return { clean: account.clean && report.clean, lines: [...account.lines, '', ...described] };
}

async function holdsAny(reader: SystemReader, accepted: ReadonlySet<string>): Promise<boolean> {
  await reader.readStream();
  return [...accepted].some((id) => reader.seen.orders.has(id));
}

/** Where others order too, the system never rests: waits until the accepted orders have ended. */
async function untilSettled(
  reader: SystemReader,
  accepted: ReadonlySet<string>,
  { flow, withinMs, signal }: { readonly flow: Flow; readonly withinMs: number; readonly signal: AbortSignal },
): Promise<void> {
  let deadline = performance.now() + withinMs;
  for (;;) {
    const asked = performance.now();
    if (asked >= deadline || (await reader.owed()).length === 0) return;
    await reader.readStream();
    const { clean } = accountFor(flow, accepted, reader.seen.orders);
    if (clean) deadline = Math.min(deadline, performance.now() + SETTLE_MS);
    await delay(askAgainIn(performance.now() - asked, LOOK_EVERY_MS), undefined, { signal });
  }
}
