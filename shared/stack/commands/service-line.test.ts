import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { serviceLine } from './service-line.ts';

const shown = (entry: object | string) => {
  const line = serviceLine('chef-service', typeof entry === 'string' ? entry : JSON.stringify(entry), 0);
  return line && stripVTControlCharacters(line);
};

test('shows warnings and errors with their fields, and that a service is ready', () => {
  expect(shown({ level: 40, msg: 'to be tried again', type: 'order.created', err: { message: 'away' } })).toBe(
    'chef-service       to be tried again (away) type=order.created',
  );
  expect(shown({ level: 30, msg: 'ready', adminPort: 9101, pid: 7 })).toBe('chef-service       ready adminPort=9101');
});

test('hides what is merely informative', () => {
  expect(shown({ level: 30, msg: 'draining' })).toBeUndefined();
  expect(shown('')).toBeFalsy();
});

test('shows a line that is no log entry: a crash speaks so', () => {
  expect(shown('Error: boom')).toBe('chef-service       Error: boom');
});

test('what a message holds cannot steer the terminal', () => {
  const line = serviceLine('s', JSON.stringify({ level: 50, msg: 'a\u001b[2Jb\nc\u0007' }), 0) ?? '';
  expect(line).not.toContain('\u001b[2J');
  expect(stripVTControlCharacters(line)).toMatch(/ab c $/);
});

test.each([
  [{ decision: 'ready', time_to_ready_ms: 92, last: 'payment' }, 'ready      ord-1  in 92 ms, last: payment'],
  [
    { decision: 'cancelled', time_to_end_ms: 40, last: 'chef', reason: 'payment-failed: insufficient-funds' },
    'cancelled  ord-1  after 40 ms, payment-failed: insufficient-funds',
  ],
  [
    { decision: 'timeout', time_to_end_ms: 30_012, missing: 'chef', reason: 'not-all-events-received' },
    'timeout    ord-1  after 30012 ms, missing: chef',
  ],
  [
    { decision: 'stuck', waiting_s: 12.5, missing: 'chef+payment' },
    'stuck      ord-1  for 12.5 s, missing: chef+payment',
  ],
])('shows what became of an order: %j', (fields, text) => {
  expect(shown({ level: 30, msg: 'order decided', order_id: 'ord-1', ...fields })).toBe(`chef-service       ${text}`);
});

test('the words of a decision cannot steer the terminal', () => {
  const fields = { decision: 'cancelled\u001b[2J', order_id: 'o\u001b[1A', reason: 'x\u0007' };
  const line = serviceLine('s', JSON.stringify({ level: 30, ...fields }), 0) ?? '';
  for (const steering of ['\u001b[2J', '\u001b[1A', '\u0007']) expect(line).not.toContain(steering);
});
