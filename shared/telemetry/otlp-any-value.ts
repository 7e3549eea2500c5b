import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { ProtobufWriter } from './protobuf-writer.ts';

/** A nested message of less than 128 bytes, as most are, has its length in one byte. */
const SMALL = 1;
/** Integers from there on are doubles. */
const INT64 = 2 ** 63;

/** Field `key` of a KeyValue, whole. */
export function keyBytes(name: string): Uint8Array {
  const writer = new ProtobufWriter(5 + 3 * name.length);
  writer.byte(0x0a);
  writer.string(name);
  return writer.view();
}

/** Appends a KeyValue as the field with this tag. */
export function writeKeyValue(writer: ProtobufWriter, tag: number, key: Uint8Array, value: AttributeValue): void {
  writer.byte(tag);
  const start = writer.open(SMALL);
  writer.raw(key);
  writer.byte(0x12);
  writeAnyValue(writer, value);
  writer.close(start, SMALL);
}

/** `opentelemetry.proto.common.v1.AnyValue`, with its length. */
function writeAnyValue(writer: ProtobufWriter, value: AttributeValue): void {
  const start = writer.open(SMALL);
  if (typeof value === 'string') {
    writer.byte(0x0a);
    writer.string(value);
  } else if (typeof value === 'boolean') {
    writer.byte(0x10);
    writer.byte(value ? 1 : 0);
  } else if (typeof value === 'number') writeNumber(writer, value);
  else if (value instanceof Uint8Array) {
    writer.byte(0x3a);
    writer.varint(value.length);
    writer.raw(value);
  } else if (Array.isArray(value)) writeArray(writer, value);
  else if (value) writeMap(writer, value as Attributes);
  writer.close(start, SMALL);
}

function writeNumber(writer: ProtobufWriter, value: number): void {
  if (Number.isInteger(value) && value >= -INT64 && value < INT64) {
    writer.byte(0x18);
    writer.varint(value);
  } else {
    writer.byte(0x21);
    writer.double(value);
  }
}

function writeArray(writer: ProtobufWriter, values: readonly AttributeValue[]): void {
  writer.byte(0x2a);
  const start = writer.open(SMALL);
  for (const value of values) {
    writer.byte(0x0a);
    writeAnyValue(writer, value);
  }
  writer.close(start, SMALL);
}

function writeMap(writer: ProtobufWriter, values: Attributes): void {
  writer.byte(0x32);
  const start = writer.open(SMALL);
  for (const name in values) writeKeyValue(writer, 0x0a, keyBytes(name), values[name] ?? null);
  writer.close(start, SMALL);
}
