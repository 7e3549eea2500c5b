import type { IncomingHttpHeaders } from 'node:http';
import { pathOf } from './check-order.ts';
import { badOrder } from './order-submission.ts';
import { Refusal } from './problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });
/** A string, with the colon after it if it is a key, or the begin or end of an object. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}]/g;

/** @throws Refusal when the body is encoded, empty, not UTF-8, not JSON, or has a key more than once in one object. */
export function parseJsonBody(headers: IncomingHttpHeaders, bytes: Buffer): unknown {
  if (!/^(identity)?$/i.test(headers['content-encoding'] ?? '')) throw encodedBody();
  if (bytes.length === 0) throw bodyProblem('is empty');
  const text = textOf(bytes);
  const body = parse(text);
  const problem = 'is given more than once: give it once';
  const repeated = repeatedKeys(text).map((key) => ({ field: pathOf([key]), problem }));
  if (repeated.length > 0) throw badOrder(repeated);
  return body;
}

function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw bodyProblem('is no valid UTF-8', error);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw bodyProblem('is no valid JSON', error);
  }
}

/** Of valid JSON. JSON.parse takes the last value of such a key; a proxy that checks the order may take the first. */
function repeatedKeys(json: string): string[] {
  const open: Set<string>[] = [];
  const repeated = new Set<string>();
  for (const [token, colon] of json.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon) {
      const key: string = JSON.parse(token.slice(0, -colon.length));
      const keys = open.at(-1);
      if (keys?.has(key)) repeated.add(key);
      keys?.add(key);
    }
  }
  return [...repeated];
}

function encodedBody(): Refusal {
  const headers = { 'accept-encoding': 'identity' };
  return new Refusal('unsupported-encoding', 'Content-Encoding must be identity: send the body as it is.', { headers });
}

function bodyProblem(what: string, cause?: unknown): Refusal {
  const problems = [{ field: 'body', problem: `${what}, must be an order as a JSON object` }];
  return new Refusal('invalid-order', 'The body holds no order.', { cause, members: { problems } });
}
