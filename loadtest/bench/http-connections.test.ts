import { expect, it } from 'vitest';
import { answerIn } from './http-connections.ts';

const answer = 'HTTP/1.1 202 Accepted\r\nContent-Length: 7\r\nx: y\r\n\r\n{"a":1}';

it('reads status and body of a whole answer', () => {
  expect(answerIn(answer)).toEqual({ status: 202, body: '{"a":1}' });
});

it('waits for the rest of an answer, wherever it is cut', () => {
  for (let at = 0; at < answer.length; at += 1) expect(answerIn(answer.slice(0, at))).toBeUndefined();
});
