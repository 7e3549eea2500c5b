import { MsgHdrsImpl } from '@nats-io/transport-node';
import { Terminal } from './faults.ts';

/** What a header's name may be made of: visible ASCII without the colon. */
const NAME = /^[!-9;-~]*$/;
const LINE_BREAK = /[\r\n]/;
const utf8 = new TextDecoder();

/**
 * The headers in a NATS header block, by lower-case name, the first value of each. It reads what the client reads (a test
 * compares) at a quarter of its cost: that one keeps a list per name and looks through all earlier names for each. A block
 * with a header that breaks the rules counts as empty. Source: NATS ADR-4.
 */
export function readHeaderBlock(block: Uint8Array): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = utf8.decode(block).split('\r\n');
  for (let at = 1; at < lines.length; at += 1) {
    const line = lines[at] as string;
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (!NAME.test(name) || LINE_BREAK.test(value)) return {};
    found[name.toLowerCase()] ??= value;
  }
  return found;
}

/** Headers that are written already: the client only asks for their bytes. */
class WrittenHeaders extends MsgHdrsImpl {
  readonly #block: Uint8Array;

  constructor(block: Uint8Array) {
    super();
    this.#block = block;
  }

  override encode(): Uint8Array {
    return this.#block;
  }
}

/**
 * Headers to publish with, written in one go, without the client's list per header.
 * @throws Terminal `bad-header` when a name or a value holds a line break
 */
export function writeHeaderBlock(headers: Readonly<Record<string, string>>): MsgHdrsImpl {
  let text = 'NATS/1.0';
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (LINE_BREAK.test(value) || LINE_BREAK.test(name))
      throw new Terminal('bad-header', `header ${JSON.stringify(name)} holds a line break`);
    text += `\r\n${name}: ${value}`;
  }
  return new WrittenHeaders(Buffer.from(`${text}\r\n\r\n`));
}
