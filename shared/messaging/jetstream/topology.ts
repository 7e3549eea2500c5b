import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { deadLetterStream, type Flow } from '#shared/contracts/flow.ts';
import { BrokerRefusal, ifFound } from './broker-answer.ts';

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

/**
 * Creates the streams, or updates them. Any number of services may do so at once.
 * @throws BrokerRefusal naming the field when the broker did not take a setting: older versions drop silently what they do not know.
 */
export async function ensureStreams(jsm: JetStreamManager, flow: Flow, options: TopologyOptions): Promise<void> {
  for (const wanted of streamsOf(flow, options)) {
    const known = await ifFound(jsm.streams.info(wanted.name));
    const field = known ? differs(wanted, known.config) : 'name';
    if (!field) continue;
    const asked = known ? jsm.streams.update(wanted.name, wanted) : jsm.streams.add(wanted);
    const { config } = await asked.catch((error: unknown) => refused(wanted, field, error));
    const dropped = differs(wanted, config);
    if (dropped)
      throw mismatch(wanted, dropped, `has ${JSON.stringify(config[dropped as keyof StreamConfig])} instead of`);
  }
}

/** Away is away; anything else is told with the stream and the setting. */
function refused(wanted: WantedStream, field: string, error: unknown): never {
  if (!(error instanceof JetStreamApiError) || error.status === 503) throw error;
  throw mismatch(wanted, field, `refuses (${error.message})`, error);
}

const mismatch = (wanted: WantedStream, field: string, problem: string, cause?: unknown): BrokerRefusal =>
  new BrokerRefusal(
    `stream ${wanted.name}: for ${field} the broker ${problem} ${JSON.stringify(wanted[field as keyof WantedStream])}. Remove the stream, make room for it, or use a newer broker.`,
    { cause },
  );

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

/** Creates the durable, to begin with that sequence, or updates the one that there is. */
export async function ensureDurable(jsm: JetStreamManager, options: DurableOptions, beginAt = 1): Promise<void> {
  const { stream, durable } = options;
  const wanted = wantedDurable(options);
  const known = await ifFound(jsm.consumers.info(stream, durable));
  if (!known) await jsm.consumers.add(stream, { ...wanted, ...beginning(beginAt) });
  else if (differs(wanted, known.config)) await jsm.consumers.update(stream, durable, wanted);
}

const beginning = (sequence: number): Partial<ConsumerConfig> =>
  sequence > 1
    ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: sequence }
    : { deliver_policy: DeliverPolicy.All };

/** The first field in which the broker's word differs from what is wanted. */
export const differs = (wanted: object, has: object): string | undefined =>
  Object.entries(wanted).find(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(has[name as keyof typeof has]),
  )?.[0];
