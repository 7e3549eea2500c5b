import { Refusal } from './problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The value of a JSON body. @throws Refusal when it is empty, no UTF-8 or no JSON. */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) throw bodyProblem('is empty, must be an order as a JSON object');
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    const nature = error instanceof SyntaxError ? 'is no valid JSON' : 'is no valid UTF-8';
    throw bodyProblem(`${nature}, must be an order as a JSON object`, error);
  }
}

const bodyProblem = (problem: string, cause?: unknown): Refusal =>
  new Refusal('invalid-order', 'The body holds no order.', {
    cause,
    members: { problems: [{ field: 'body', problem }] },
  });
