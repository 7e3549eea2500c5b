import {
  AckPolicy,
  type ConsumerConfig,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { deadLetterStream, type Flow } from '#shared/contracts/flow.ts';

export interface TopologyOptions {
  readonly retentionMs: number;
  readonly deadLetterRetentionMs: number;
  /** Of the event stream; when it is full, publishing is refused. */
  readonly maxBytes?: number;
}

const NANOS = 1_000_000;
const MiB = 1024 * 1024;

export type WantedStream = Partial<StreamConfig> & { name: string; subjects: string[] };

/** The stream with the broker's own word on messages that it gave up. */
export const advisoryStream = (flow: Flow): string => `${flow.stream}_ADVISORIES`;

/** Names of all streams of a flow. */
export const eventStreams = (flow: Flow): string[] => [flow.stream, deadLetterStream(flow), advisoryStream(flow)];

/** The three streams of a flow: events, dead letters, and the broker's own word on messages that it gave up. */
export function streamsOf(
  flow: Flow,
  { retentionMs, deadLetterRetentionMs, maxBytes = 4096 * MiB }: TopologyOptions,
): WantedStream[] {
  const common = { retention: RetentionPolicy.Limits, storage: StorageType.File, allow_direct: true };
  const advisories = ['MAX_DELIVERIES', 'MSG_TERMINATED'].map(
    (kind) => `$JS.EVENT.ADVISORY.CONSUMER.${kind}.${flow.stream}.>`,
  );
  return [
    {
      ...common,
      name: flow.stream,
      subjects: [`${flow.subjectPrefix}.>`],
      max_msg_size: 512 * 1024,
      max_age: retentionMs * NANOS,
      max_bytes: maxBytes,
      discard: DiscardPolicy.New,
      duplicate_window: Math.min(120_000, retentionMs) * NANOS,
    },
    {
      ...common,
      name: deadLetterStream(flow),
      subjects: ['dlq.>'],
      max_age: deadLetterRetentionMs * NANOS,
      max_bytes: 256 * MiB,
      discard: DiscardPolicy.New,
      duplicate_window: Math.min(120_000, deadLetterRetentionMs) * NANOS,
    },
    {
      ...common,
      name: advisoryStream(flow),
      subjects: advisories,
      max_age: deadLetterRetentionMs * NANOS,
      max_bytes: 64 * MiB,
      discard: DiscardPolicy.Old,
      duplicate_window: Math.min(120_000, deadLetterRetentionMs) * NANOS,
      no_ack: true,
    },
  ];
}

export interface DurableOptions {
  readonly stream: string;
  readonly durable: string;
  readonly filters: readonly string[];
  readonly ackWaitMs: number;
  /** Default 64. */
  readonly maxDeliver?: number | undefined;
}

/** What a durable must be at any time. Where it began is its own: that cannot be changed. */
export function wantedDurable({ durable, filters, ackWaitMs, maxDeliver = 64 }: DurableOptions) {
  // To the broker no filter is every subject.
  if (filters.length === 0) throw new TypeError(`durable ${durable} needs at least one filter`);
  return {
    durable_name: durable,
    filter_subjects: [...filters].sort(),
    ack_policy: AckPolicy.Explicit,
    ack_wait: ackWaitMs * NANOS,
    // Above what some replicas hold together: one that is frozen must not keep the messages from the others.
    max_ack_pending: 4096,
    max_deliver: maxDeliver,
  } satisfies Partial<ConsumerConfig>;
}
