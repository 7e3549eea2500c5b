/** Written as many bytes as an unsigned number below 2^32 takes. */
const varintSize = (value: number): number =>
  value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;

const TWO_32 = 2 ** 32;
/** Above that a native call is cheaper than a loop. */
const SHORT = 64;

/**
 * Protobuf's wire format, written straight into one growing buffer, so that a span costs no objects of its own.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  get length(): number {
    return this.#at;
  }

  /** What was written so far: valid until the next write. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Begins anew, in the same buffer. */
  clear(): void {
    this.#at = 0;
  }

  byte(value: number): void {
    this.#ensure(1);
    this.#bytes[this.#at++] = value;
  }

  /** A 64-bit integer: negative ones in two's complement. */
  varint(value: number): void {
    this.#ensure(10);
    const bytes = this.#bytes;
    let low = (value % TWO_32) >>> 0;
    let high = Math.floor(value / TWO_32) >>> 0;
    while (high > 0 || low > 0x7f) {
      bytes[this.#at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    bytes[this.#at++] = low;
  }

  fixed32(value: number): void {
    this.#ensure(4);
    this.#at = this.#bytes.writeUInt32LE(value, this.#at);
  }

  fixed64(low: number, high: number): void {
    this.fixed32(low);
    this.fixed32(high);
  }

  double(value: number): void {
    this.#ensure(8);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  /** As they are, without their length. */
  raw(bytes: Uint8Array): void {
    this.#ensure(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Length and UTF-8. */
  string(text: string): void {
    const { length } = text;
    this.#ensure(3 * length + 5);
    if (length < SHORT && this.#ascii(text, length)) return;
    this.varint(Buffer.byteLength(text));
    this.#at += this.#bytes.write(text, this.#at);
  }

  /** Length and bytes of hexadecimal digits, at most 127 bytes. */
  hex(digits: string): void {
    this.#ensure(1 + digits.length / 2);
    this.#bytes[this.#at++] = digits.length / 2;
    for (let index = 0; index < digits.length; index += 2)
      this.#bytes[this.#at++] = (nibble(digits.charCodeAt(index)) << 4) | nibble(digits.charCodeAt(index + 1));
  }

  /** Begins a nested message whose length will most likely take `reserved` bytes; give the result to `close`. */
  open(reserved: number): number {
    this.#ensure(reserved);
    this.#at += reserved;
    return this.#at;
  }

  /** Ends the nested message that began at `start`: its length goes before it, and it moves if that takes another room. */
  close(start: number, reserved: number): void {
    const length = this.#at - start;
    const size = varintSize(length);
    if (size !== reserved) {
      this.#ensure(size);
      this.#bytes.copyWithin(start - reserved + size, start, this.#at);
    }
    this.#at = start - reserved;
    this.varint(length);
    this.#at += length;
  }

  #ascii(text: string, length: number): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      bytes[start + 1 + index] = code;
    }
    bytes[start] = length;
    this.#at = start + 1 + length;
    return true;
  }

  #ensure(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** The value of `0`..`9`, `a`..`f`, `A`..`F` from its character code. */
const nibble = (code: number): number => (code & 0xf) + (code > 0x39 ? 9 : 0);
