import type { IncomingHttpHeaders } from 'node:http';
import type { OrderRequest } from '#shared/contracts/order.ts';
import { spanContextOf, traceparentOf } from '#shared/telemetry/traces/trace-context.ts';
import { checkOrder } from './check-order.ts';
import { type FieldProblem, Refusal } from './problem.ts';

/** A valid request for an order. */
export interface OrderSubmission {
  readonly order: OrderRequest;
  readonly key: string | undefined;
  /** W3C trace context of the caller. */
  readonly traceparent: string | undefined;
}

const MAX_PROBLEMS = 100;
const QUOTED = String.raw`"((?:[ !#-[\]-~]|\\["\\]){1,200})"`;
const BARE = '((?!")[!-:<-~]{1,200})';
const PARAMETERS = String.raw`(?:; *[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[ !#-[\]-~]|\\["\\])*"|[!#-:<-~]+))?)*`;
/**
 * An Idempotency-Key is a string of RFC 8941, such as `"order 1"`. Many clients send it without the quotes: then it is visible
 * ASCII without `;`. Parameters are ignored.
 */
export const IDEMPOTENCY_KEY = new RegExp(`^(?:${QUOTED}|${BARE})${PARAMETERS}$`);
const badKey: FieldProblem = {
  field: 'Idempotency-Key',
  problem: 'must be 1 to 200 visible ASCII characters, in double quotes if there are spaces or ; among them, sent once',
};

/** @throws Refusal that lists every problem of body and headers. */
export function readSubmission(headers: IncomingHttpHeaders, body: unknown): OrderSubmission {
  const given = headers['idempotency-key']?.toString();
  const key = given === undefined ? undefined : keyIn(given);
  const checked = checkOrder(body);
  const problems = [
    ...(given !== undefined && key === undefined ? [badKey] : []),
    ...('problems' in checked ? checked.problems : []),
  ];
  if ('problems' in checked || problems.length > 0) throw badOrder(problems);
  const caller = spanContextOf(headers.traceparent?.toString());
  return { order: checked.order, key, traceparent: caller && traceparentOf(caller) };
}

/** `"k"` and `k` are one key. */
function keyIn(header: string): string | undefined {
  const [, quoted, bare] = IDEMPOTENCY_KEY.exec(header) ?? [];
  return quoted?.replaceAll(/\\(.)/g, '$1') ?? bare;
}

export function badOrder(problems: readonly FieldProblem[]): Refusal {
  const { length } = problems;
  const found = length === 1 ? '1 problem: correct it' : `${length} problems: correct them`;
  const listed = length > MAX_PROBLEMS ? ` (the first ${MAX_PROBLEMS} are listed)` : '';
  const members = { problems: problems.slice(0, MAX_PROBLEMS) };
  return new Refusal('invalid-order', `${found} and send the order again${listed}.`, { members });
}
