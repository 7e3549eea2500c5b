import type { Attributes, HrTime, Link, SpanContext } from '@opentelemetry/api';
import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import { keyBytes, writeKeyValue } from './otlp-any-value.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** The SDK's own types, by way of the one package of it that is used here. */
export type SpanProcessor = NonNullable<NodeSDKConfiguration['spanProcessors']>[number];
export type ReadableSpan = Parameters<SpanProcessor['onEnd']>[0];
type SpanEvent = ReadableSpan['events'][number];

export interface SpanEncoderOptions {
  /** Attributes of other names are left out, and with them every text that a library wrote into a status. Default: all. */
  readonly allowed?: ReadonlySet<string> | undefined;
}

/** Of a nested message: one byte is enough for its length most of the time, two for a span's. */
const SMALL = 1;
const LARGE = 2;
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/**
 * Writes spans as OTLP protobuf: `opentelemetry.proto.trace.v1.Span`, byte for byte as the SDK's own exporter does (a test
 * compares), but while it is handed over and without anything built in between.
 */
export function createSpanEncoder({ allowed }: SpanEncoderOptions = {}) {
  const keys = allowed && new Map([...allowed].map((name) => [name, keyBytes(name)]));

  function attributes(writer: ProtobufWriter, tag: number, values: Attributes): void {
    for (const name in values) {
      const key = keys ? keys.get(name) : keyBytes(name);
      const value = values[name];
      if (key === undefined || value === undefined) continue;
      writeKeyValue(writer, tag, key, value);
    }
  }

  function event(writer: ProtobufWriter, { time, name, attributes: values, droppedAttributesCount }: SpanEvent): void {
    writer.byte(0x5a);
    const start = writer.open(SMALL);
    writer.byte(0x09);
    nanoseconds(writer, time);
    writer.byte(0x12);
    writer.string(name);
    if (values) attributes(writer, 0x1a, values);
    writer.byte(0x20);
    writer.varint(droppedAttributesCount ?? 0);
    writer.close(start, SMALL);
  }

  function link(writer: ProtobufWriter, { context, attributes: values, droppedAttributesCount }: Link): void {
    writer.byte(0x6a);
    const start = writer.open(SMALL);
    identity(writer, context);
    if (values) attributes(writer, 0x22, values);
    writer.byte(0x28);
    writer.varint(droppedAttributesCount ?? 0);
    writer.byte(0x35);
    writer.fixed32(flags(context, context.isRemote));
    writer.close(start, SMALL);
  }

  /** Appends a span as field `spans` of a ScopeSpans. */
  return function encode(writer: ProtobufWriter, span: ReadableSpan): void {
    const context = span.spanContext();
    const parent = span.parentSpanContext;
    writer.byte(0x12);
    const start = writer.open(LARGE);
    identity(writer, context);
    if (parent?.spanId) {
      writer.byte(0x22);
      writer.hex(parent.spanId);
    }
    writer.byte(0x2a);
    writer.string(span.name);
    writer.byte(0x30);
    writer.byte(span.kind + 1);
    writer.byte(0x39);
    nanoseconds(writer, span.startTime);
    writer.byte(0x41);
    nanoseconds(writer, span.endTime);
    attributes(writer, 0x4a, span.attributes);
    writer.byte(0x50);
    writer.varint(span.droppedAttributesCount);
    for (const each of span.events) event(writer, each);
    writer.byte(0x60);
    writer.varint(span.droppedEventsCount);
    for (const each of span.links) link(writer, each);
    writer.byte(0x70);
    writer.varint(span.droppedLinksCount);
    status(writer, span.status.code, allowed ? undefined : span.status.message);
    writer.raw(FLAGS_TAG);
    writer.fixed32(flags(context, parent?.isRemote));
    writer.close(start, LARGE);
  };
}

/** Field 16, the first whose tag takes two bytes. */
const FLAGS_TAG = Uint8Array.of(0x85, 0x01);

function status(writer: ProtobufWriter, code: number, message: string | undefined): void {
  writer.byte(0x7a);
  const start = writer.open(SMALL);
  if (message) {
    writer.byte(0x12);
    writer.string(message);
  }
  writer.byte(0x18);
  writer.byte(code);
  writer.close(start, SMALL);
}

/** Trace id, span id, trace state: fields 1 to 3 of spans and links alike. */
function identity(writer: ProtobufWriter, { traceId, spanId, traceState }: SpanContext): void {
  writer.byte(0x0a);
  writer.hex(traceId);
  writer.byte(0x12);
  writer.hex(spanId);
  const state = traceState?.serialize();
  if (!state) return;
  writer.byte(0x1a);
  writer.string(state);
}

const flags = ({ traceFlags }: SpanContext, remote: boolean | undefined): number =>
  (traceFlags & 0xff) | HAS_IS_REMOTE | (remote ? IS_REMOTE : 0);

/** Seconds and nanoseconds as one 64-bit number: in two halves, since it is beyond what a number holds exactly. */
function nanoseconds(writer: ProtobufWriter, [seconds, nanos]: HrTime): void {
  const upper = Math.floor(seconds / 0x1_0000) * 1e9;
  const lower = (seconds % 0x1_0000) * 1e9 + nanos + (upper % 0x1_0000) * 0x1_0000;
  writer.fixed64(lower % 2 ** 32, Math.floor(upper / 0x1_0000) + Math.floor(lower / 2 ** 32));
}
