import type { IncomingHttpHeaders } from 'node:http';
import type { OrderRequest } from '#shared/contracts/order.ts';
import { checkOrder } from './check-order.ts';
import { type FieldProblem, Refusal } from './problem.ts';

/** A request for an order in which nothing is wrong. */
export interface OrderSubmission {
  readonly order: OrderRequest;
  readonly key: string | undefined;
  /** W3C trace context of the caller. */
  readonly traceparent: string | undefined;
}

const MOST_PROBLEMS = 100;
const KEY = /^[\x21-\x7e]{1,200}$/;
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** @throws Refusal that lists every problem of body and headers. */
export function readSubmission(headers: IncomingHttpHeaders, body: unknown): OrderSubmission {
  const key = headers['idempotency-key']?.toString();
  const checked = checkOrder(body);
  const problems = [...keyProblems(key), ...('problems' in checked ? checked.problems : [])];
  if ('problems' in checked || problems.length > 0) throw badOrder(problems);
  const traceparent = headers.traceparent?.toString();
  return { order: checked.order, key, traceparent: TRACEPARENT.test(traceparent ?? '') ? traceparent : undefined };
}

const keyProblems = (key: string | undefined): FieldProblem[] =>
  key === undefined || KEY.test(key)
    ? []
    : [{ field: 'Idempotency-Key', problem: 'must be 1 to 200 visible ASCII characters without spaces, sent once' }];

function badOrder(problems: readonly FieldProblem[]): Refusal {
  const more = problems.length - MOST_PROBLEMS;
  const detail = `${problems.length} problem${problems.length === 1 ? '' : 's'}: mend ${problems.length === 1 ? 'it' : 'them'} and send the order again${more > 0 ? ` (the first ${MOST_PROBLEMS} are listed)` : ''}.`;
  return new Refusal('invalid-order', detail, { members: { problems: problems.slice(0, MOST_PROBLEMS) } });
}
