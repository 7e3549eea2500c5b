import type { Attributes } from '@opentelemetry/api';
import { keyBytes, writeKeyValue } from './otlp-any-value.ts';
import { createSpanEncoder, type ReadableSpan, type SpanEncoderOptions } from './otlp-span-encoder.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

type Scope = ReadableSpan['instrumentationScope'];

/** A finished ExportTraceServiceRequest. */
export interface SpanBatch {
  readonly body: Uint8Array;
  readonly spans: number;
}

const SCOPE_BYTES = 16 * 1024;

/** Gathers spans, already encoded, one buffer per instrumentation scope; the buffers are used again for the next batch. */
export function createSpanBatcher(options: SpanEncoderOptions = {}) {
  const encode = createSpanEncoder(options);
  const scopes = new Map<Scope, { readonly head: Uint8Array; readonly spans: ProtobufWriter }>();
  let count = 0;
  let bytes = 0;

  return {
    /** Bytes gathered so far, without what surrounds the spans. */
    get bytes(): number {
      return bytes;
    },
    add(span: ReadableSpan): void {
      let scope = scopes.get(span.instrumentationScope);
      if (!scope) {
        scope = { head: scopeBytes(span.instrumentationScope), spans: new ProtobufWriter(SCOPE_BYTES) };
        scopes.set(span.instrumentationScope, scope);
      }
      const before = scope.spans.length;
      encode(scope.spans, span);
      bytes += scope.spans.length - before;
      count += 1;
    },
    /** Everything gathered, as one request of this resource; undefined when that is nothing. Begins anew. */
    take(resource: Uint8Array): SpanBatch | undefined {
      if (count === 0) return undefined;
      const parts = [...scopes].flatMap(([{ schemaUrl }, { head, spans }]) =>
        spans.length === 0 ? [] : field(0x12, [head, spans.view(), ...schema(schemaUrl)]),
      );
      const batch = { body: Buffer.concat(field(0x0a, [resource, ...parts])), spans: count };
      for (const { spans } of scopes.values()) spans.clear();
      count = 0;
      bytes = 0;
      return batch;
    },
  };
}

/** A message of these parts as the field with this tag. */
function field(tag: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const head = new ProtobufWriter(11);
  head.byte(tag);
  head.varint(parts.reduce((sum, { length }) => sum + length, 0));
  return [head.view(), ...parts];
}

function schema(url: string | undefined): Uint8Array[] {
  if (!url) return [];
  const writer = new ProtobufWriter(url.length + 6);
  writer.byte(0x1a);
  writer.string(url);
  return [writer.view()];
}

/** Field `resource` of a ResourceSpans. */
export function resourceBytes(values: Attributes): Uint8Array {
  const writer = new ProtobufWriter(1_024);
  for (const [name, value] of Object.entries(values))
    if (value !== undefined) writeKeyValue(writer, 0x0a, keyBytes(name), value);
  writer.raw(Uint8Array.of(0x10, 0));
  return Buffer.concat(field(0x0a, [writer.view()]));
}

/** Field `scope` of a ScopeSpans. */
function scopeBytes({ name, version }: Scope): Uint8Array {
  const writer = new ProtobufWriter(256);
  writer.byte(0x0a);
  writer.string(name);
  if (version) {
    writer.byte(0x12);
    writer.string(version);
  }
  return Buffer.concat(field(0x0a, [writer.view()]));
}
