import { MsgHdrsImpl } from '@nats-io/transport-node';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHeaderBlock, writeHeaderBlock } from './header-block.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const block = (...lines: string[]) => bytes(['NATS/1.0', ...lines, '', ''].join('\r\n'));

/** As the client reads it: names in lower case, the first value of each; a block that it throws on counts as empty. */
function asTheClient(of: Uint8Array): Record<string, string> {
  const found: Record<string, string> = {};
  try {
    for (const [name, values] of MsgHdrsImpl.decode(of)) found[name.toLowerCase()] ??= values[0] ?? '';
  } catch {
    return {};
  }
  return found;
}

test('names are in lower case, values trimmed, and of several values the first counts', () => {
  expect(readHeaderBlock(block('ce-id: a ', 'Nats-Msg-Id:b', 'CE-ID: c', 'empty:', 'url: a:b'))).toEqual({
    'ce-id': 'a',
    'nats-msg-id': 'b',
    empty: '',
    url: 'a:b',
  });
});

test('a header that breaks the rules makes the block count as empty', () => {
  expect(readHeaderBlock(block('ce-id: a', 'with space: b'))).toEqual({});
  expect(readHeaderBlock(block('ce-id: a\nb'))).toEqual({});
});

test('any block is read as the client reads it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'B', '-', ':', ' ', '\t', '\r', '\n', 'é', '€', '\u007f') });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (lines) => {
      expect(readHeaderBlock(block(...lines))).toEqual(asTheClient(block(...lines)));
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(fc.uint8Array(), (any) => {
      const odd = new Uint8Array([...bytes('NATS/1.0 408 Request Timeout\r\na: '), ...any, ...bytes('\r\n\r\n')]);
      expect(readHeaderBlock(odd)).toEqual(asTheClient(odd));
    }),
  );
});

test('headers are written as the client writes them', () => {
  const headers = { 'ce-id': 'a', 'Nats-Msg-Id': 'b:c', empty: '', odd: 'é€' };
  const asTheClientDoes = MsgHdrsImpl.fromRecord(asLists(headers)) as MsgHdrsImpl;
  expect(writeHeaderBlock(headers).encode()).toEqual(Buffer.from(asTheClientDoes.encode()));
});

const asLists = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

test.each([{ a: 'b\r\nc: d' }, { 'a\n': 'b' }])('a line break is refused, in names and values: %j', (headers) => {
  expect(() => writeHeaderBlock(headers)).toThrow('line break');
});
