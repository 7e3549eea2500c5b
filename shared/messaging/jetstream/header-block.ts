import { MsgHdrsImpl } from '@nats-io/transport-node';
import { Terminal } from '../faults.ts';

/** What a header's name may be made of: visible ASCII without the colon. */
const NAME = /^[!-9;-~]*$/;
const LINE_END = '\r\n';
const LINE_BREAK = /[\r\n]/;
const utf8 = new TextDecoder();

/** Names as they came -> in lower case; bounded, since anybody may invent some. */
const seenNames = new Map<string, string>();
const MAX_SEEN_NAMES = 256;
const NO_BYTES = new Uint8Array();

/**
 * The headers in a NATS header block, by lower-case name, the first value of each. It reads what the client reads (a test
 * compares) at a third of its cost: that one keeps a list per name and looks through all earlier names for each. A block
 * with a header that breaks the rules counts as empty. Source: NATS ADR-4.
 */
export function readHeaderBlock(block: Uint8Array): Record<string, string> {
  const found: Record<string, string> = {};
  const text = utf8.decode(block);
  for (let end = text.indexOf(LINE_END); end >= 0; ) {
    const start = end + LINE_END.length;
    end = text.indexOf(LINE_END, start);
    const stop = end < 0 ? text.length : end;
    const colon = text.indexOf(':', start);
    if (colon < 0 || colon >= stop) continue;
    const name = lowerCased(text.slice(start, colon));
    const value = text.slice(colon + 1, stop).trim();
    if (name === undefined || LINE_BREAK.test(value)) return {};
    found[name] ??= value;
  }
  return found;
}

/** Undefined when it cannot be a name. */
function lowerCased(name: string): string | undefined {
  const seen = seenNames.get(name);
  if (seen !== undefined || !NAME.test(name)) return seen;
  const lower = name.toLowerCase();
  if (seenNames.size < MAX_SEEN_NAMES) seenNames.set(name, lower);
  return lower;
}

/** Headers that are written already: the client only asks for their bytes. */
class WrittenHeaders extends MsgHdrsImpl {
  block: Uint8Array = NO_BYTES;

  override encode(): Uint8Array {
    return this.block;
  }
}

/** Headers to publish with, written in one go. @throws Terminal `bad-header` for a line break in a name or value */
export function writeHeaderBlock(headers: Readonly<Record<string, string>>): MsgHdrsImpl {
  let text = 'NATS/1.0';
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (LINE_BREAK.test(value) || LINE_BREAK.test(name))
      throw new Terminal('bad-header', `header ${JSON.stringify(name)} holds a line break`);
    text += `\r\n${name}: ${value}`;
  }
  const written = new WrittenHeaders();
  written.block = Buffer.from(`${text}\r\n\r\n`);
  return written;
}
