/** Of Prometheus' remote write 1.0 (https://prometheus.io/docs/specs/prw/remote_write_spec/): what one push of gauges needs. */

export interface Sample {
  /** `__name__` among them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** @throws Error when Prometheus does not take the samples, or nobody answers there */
export async function remoteWrite(url: string, samples: readonly Sample[], now: number): Promise<void> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: asSnappy(Buffer.concat(samples.map((sample) => field(1, timeSeries(sample, now))))),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Prometheus at ${url} answered ${response.status}: ${text.trim()}`);
}

function timeSeries({ labels, value }: Sample, now: number): Buffer {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const pairs = sorted.map((pair) => field(1, Buffer.concat(pair.map((text, at) => field(at + 1, Buffer.from(text))))));
  const double = Buffer.alloc(8);
  double.writeDoubleLE(value);
  // Field 1, eight bytes; field 2, a varint.
  const sample = Buffer.concat([Buffer.of((1 << 3) | 1), double, Buffer.of(2 << 3), varint(now)]);
  return Buffer.concat([...pairs, field(2, sample)]);
}

/** A protobuf field with its length. */
const field = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of((number << 3) | 2), varint(bytes.length), bytes]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

const MAX_LITERAL = 0x1_00_00;

/** Snappy's block format without compression: literals alone, each with a length of two bytes. */
function asSnappy(bytes: Buffer): Buffer<ArrayBuffer> {
  const parts: Uint8Array[] = [varint(bytes.length)];
  for (let at = 0; at < bytes.length; at += MAX_LITERAL) {
    const literal = bytes.subarray(at, at + MAX_LITERAL);
    const tag = Buffer.of(61 << 2, 0, 0);
    tag.writeUInt16LE(literal.length - 1, 1);
    parts.push(tag, literal);
  }
  return Buffer.concat(parts);
}
