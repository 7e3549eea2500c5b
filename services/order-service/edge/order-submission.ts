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
const KEY = /^[\x21-\x7e]{1,200}$/;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws Refusal when the body is empty, not UTF-8 or not JSON. */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) throw bodyProblem('is empty');
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw bodyProblem(error instanceof SyntaxError ? 'is no valid JSON' : 'is no valid UTF-8', error);
  }
}

function bodyProblem(what: string, cause?: unknown): Refusal {
  const problems = [{ field: 'body', problem: `${what}, must be an order as a JSON object` }];
  return new Refusal('invalid-order', 'The body holds no order.', { cause, members: { problems } });
}

/** @throws Refusal that lists every problem of body and headers. */
export function readSubmission(headers: IncomingHttpHeaders, body: unknown): OrderSubmission {
  const key = headers['idempotency-key']?.toString();
  const checked = checkOrder(body);
  const problems = [...keyProblems(key), ...('problems' in checked ? checked.problems : [])];
  if ('problems' in checked || problems.length > 0) throw badOrder(problems);
  const caller = spanContextOf(headers.traceparent?.toString());
  return { order: checked.order, key, traceparent: caller && traceparentOf(caller) };
}

const keyProblems = (key: string | undefined): FieldProblem[] =>
  key === undefined || KEY.test(key)
    ? []
    : [{ field: 'Idempotency-Key', problem: 'must be 1 to 200 visible ASCII characters without spaces, sent once' }];

function badOrder(problems: readonly FieldProblem[]): Refusal {
  const { length } = problems;
  const found = length === 1 ? '1 problem: correct it' : `${length} problems: correct them`;
  const listed = length > MAX_PROBLEMS ? ` (the first ${MAX_PROBLEMS} are listed)` : '';
  const members = { problems: problems.slice(0, MAX_PROBLEMS) };
  return new Refusal('invalid-order', `${found} and send the order again${listed}.`, { members });
}
