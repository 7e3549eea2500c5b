/** A span as a receiver reads it from OTLP protobuf. */
export interface ReceivedSpan {
  readonly service: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER' | 'UNSPECIFIED';
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { name: string; attributes: Readonly<Record<string, unknown>> }[];
  readonly links: readonly { traceId: string; spanId: string; attributes: Readonly<Record<string, unknown>> }[];
  readonly status: { code: 'UNSET' | 'OK' | 'ERROR'; message: string };
}

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
const CODES = ['UNSET', 'OK', 'ERROR'] as const;

type Value = number | bigint | Buffer;
/** Field number -> its values, in order. */
type Message = ReadonlyMap<number, readonly Value[]>;

/** An ExportTraceServiceRequest. Knows nothing of the code that writes it: only the wire format and the .proto's numbers. */
export function readSpans(body: Buffer): ReceivedSpan[] {
  return messages(read(body), 1).flatMap((resourceSpans) => {
    const resource = attributesOf(messages(resourceSpans, 1)[0] ?? new Map(), 1);
    return messages(resourceSpans, 2).flatMap((scopeSpans) => {
      const scope = text(messages(scopeSpans, 1)[0] ?? new Map(), 1);
      return messages(scopeSpans, 2).map((span) => spanOf(span, resource, scope));
    });
  });
}

function spanOf(span: Message, resource: Readonly<Record<string, unknown>>, scope: string): ReceivedSpan {
  const status = messages(span, 15)[0] ?? new Map();
  return {
    service: String(resource['service.name']),
    resource,
    scope,
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    parentSpanId: hex(span, 4) || undefined,
    name: text(span, 5),
    kind: KINDS[number(span, 6)] ?? 'UNSPECIFIED',
    startMs: Number(fixed(span, 7)) / 1e6,
    endMs: Number(fixed(span, 8)) / 1e6,
    attributes: attributesOf(span, 9),
    events: messages(span, 11).map((event) => ({ name: text(event, 2), attributes: attributesOf(event, 3) })),
    links: messages(span, 13).map((link) => ({
      traceId: hex(link, 1),
      spanId: hex(link, 2),
      attributes: attributesOf(link, 4),
    })),
    status: { code: CODES[number(status, 3)] ?? 'UNSET', message: text(status, 2) },
  };
}

function attributesOf(message: Message, field: number): Record<string, unknown> {
  return Object.fromEntries(
    messages(message, field).map((pair) => [text(pair, 1), anyValue(messages(pair, 2)[0] ?? new Map())]),
  );
}

function anyValue(value: Message): unknown {
  if (value.has(1)) return text(value, 1);
  if (value.has(2)) return number(value, 2) === 1;
  if (value.has(3)) return Number(BigInt.asIntN(64, value.get(3)?.[0] as bigint));
  if (value.has(4)) return bytes(value, 4).readDoubleLE();
  if (value.has(5)) return messages(messages(value, 5)[0] ?? new Map(), 1).map(anyValue);
  return undefined;
}

const bytes = (message: Message, field: number): Buffer => (message.get(field)?.[0] ?? Buffer.alloc(0)) as Buffer;
const text = (message: Message, field: number): string => bytes(message, field).toString();
const hex = (message: Message, field: number): string => bytes(message, field).toString('hex');
const number = (message: Message, field: number): number => Number(message.get(field)?.[0] ?? 0);
const fixed = (message: Message, field: number): bigint => bytes(message, field).readBigUInt64LE();
const messages = (message: Message, field: number): Message[] =>
  (message.get(field) ?? []).map((each) => read(each as Buffer));

function read(buffer: Buffer): Message {
  const fields = new Map<number, Value[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = buffer.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > buffer.length) throw new RangeError(`a field of ${length} bytes goes beyond its message`);
    at += length;
    return buffer.subarray(at - length, at);
  };
  while (at < buffer.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    const value = wire === 0 ? varint() : wire === 1 ? take(8) : wire === 5 ? take(4) : take(Number(varint()));
    const field = fields.get(tag >>> 3);
    if (field) field.push(value);
    else fields.set(tag >>> 3, [value]);
  }
  return fields;
}
