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
import { nanos } from '@nats-io/transport-node';
import { deadLetterStream, type Flow } from '#shared/contracts/flow.ts';
import { BrokerRefusal, ifFound } from './broker-answer.ts';

export interface TopologyOptions {
  readonly retentionMs: number;
  readonly deadLetterRetentionMs: number;
  /** Of the event stream; when it is full, publishing is refused. */
  readonly maxBytes?: number;
  /** False: the set-up provisions streams and durables; what is missing is waited for and reported. Default true. */
  readonly mayManage?: boolean;
}

export interface DurableOptions {
  readonly stream: string;
  readonly durable: string;
  readonly filters: readonly string[];
  readonly ackWaitMs: number;
  /** Deliveries of one message before the broker gives up: the safety net below the failure policy. Default 64. */
  readonly maxDeliver?: number | undefined;
  readonly mayManage?: boolean | undefined;
}

const MiB = 1024 * 1024;
const REMEDY = 'Remove the stream, make room for it, or use a newer broker.';
const SET_UP =
  'The set-up makes it so, with the same variables: npm start does it at each start of NATS, npm run set-up at any time, and in compose docker compose up set-up.';

/** The stream of the broker's advisories about messages that reached max_deliver or were terminated. */
export const advisoryStream = (flow: Flow): string => `${flow.stream}_ADVISORIES`;

export const eventStreams = (flow: Flow): string[] => [flow.stream, deadLetterStream(flow), advisoryStream(flow)];

/** The three streams of a flow: events, dead letters, and the broker's advisories. */
export function streamsOf(flow: Flow, { retentionMs, deadLetterRetentionMs, maxBytes = 4096 * MiB }: TopologyOptions) {
  const stream = (name: string, subjects: string[], maxAgeMs: number, more: Partial<StreamConfig>) => ({
    name,
    subjects,
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    allow_direct: true,
    max_age: nanos(maxAgeMs),
    duplicate_window: nanos(Math.min(120_000, maxAgeMs)),
    ...more,
  });
  const advisories = ['MAX_DELIVERIES', 'MSG_TERMINATED'].map(
    (kind) => `$JS.EVENT.ADVISORY.CONSUMER.${kind}.${flow.stream}.>`,
  );
  return [
    stream(flow.stream, [`${flow.subjectPrefix}.>`], retentionMs, {
      max_msg_size: 512 * 1024,
      max_bytes: maxBytes,
      discard: DiscardPolicy.New,
    }),
    stream(deadLetterStream(flow), ['dlq.>'], deadLetterRetentionMs, {
      max_bytes: 256 * MiB,
      discard: DiscardPolicy.New,
      // A durable that somebody deleted begins anew: what it gives up again has its letter already.
      duplicate_window: nanos(deadLetterRetentionMs),
    }),
    stream(advisoryStream(flow), advisories, deadLetterRetentionMs, {
      max_bytes: 64 * MiB,
      discard: DiscardPolicy.Old,
      no_ack: true,
    }),
  ];
}

/** The settings of a durable that can be updated. */
function wantedDurable({ durable, filters, ackWaitMs, maxDeliver = 64 }: DurableOptions) {
  // A durable without filters would consume every subject.
  if (filters.length === 0) throw new TypeError(`durable ${durable} needs at least one filter`);
  return {
    durable_name: durable,
    filter_subjects: [...filters].sort(),
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    // More than several replicas hold together, so that a frozen one does not starve the others.
    max_ack_pending: 4096,
    max_deliver: maxDeliver,
  } satisfies Partial<ConsumerConfig>;
}

/** Creates or updates the streams, or only looks. @throws BrokerRefusal naming stream, field and remedy */
export async function ensureStreams(jsm: JetStreamManager, flow: Flow, options: TopologyOptions): Promise<void> {
  for (const wanted of streamsOf(flow, options)) {
    const what = `stream ${wanted.name}`;
    const known = (await ifFound(jsm.streams.info(wanted.name)))?.config;
    const field = known ? differs(wanted, known) : 'name';
    if (!field) continue;
    if (options.mayManage === false) throw refusal(what, wanted, known, SET_UP);
    const asked = known ? jsm.streams.update(wanted.name, wanted) : jsm.streams.add(wanted);
    const { config } = await asked.catch((error: unknown) => {
      // 503: not ready yet, which is no refusal.
      if (!(error instanceof JetStreamApiError) || error.status === 503) throw error;
      const refused = `${what}: the broker refuses ${field} ${textOf(wanted, field)} (${error.message})`;
      throw new BrokerRefusal(`${refused}. ${REMEDY}`, { cause: error });
    });
    if (differs(wanted, config)) throw refusal(what, wanted, config, REMEDY);
  }
}

/** Creates or updates the durable, or only looks. @throws BrokerRefusal naming durable, field and remedy */
export async function ensureDurable(jsm: JetStreamManager, options: DurableOptions, beginAt = 1): Promise<void> {
  const { stream, durable, mayManage = true } = options;
  const wanted = wantedDurable(options);
  const known = (await ifFound(jsm.consumers.info(stream, durable)))?.config;
  if (known && !differs(wanted, known)) return;
  if (!mayManage) throw refusal(`durable ${durable} of stream ${stream}`, wanted, known, SET_UP);
  const beginning = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: beginAt };
  if (known) await jsm.consumers.update(stream, durable, wanted);
  else await jsm.consumers.add(stream, { ...wanted, ...beginning });
}

function refusal(what: string, wanted: object, has: object | undefined, remedy: string): BrokerRefusal {
  const field = has && differs(wanted, has);
  if (!has || !field) return new BrokerRefusal(`${what} does not exist. ${remedy}`);
  return new BrokerRefusal(`${what} has ${field} ${textOf(has, field)} instead of ${textOf(wanted, field)}. ${remedy}`);
}

const textOf = (config: object, field: string): string => JSON.stringify(config[field as keyof typeof config]);

/** The first field in which the broker's setting differs. */
const differs = (wanted: object, has: object): string | undefined =>
  Object.keys(wanted).find((field) => textOf(wanted, field) !== textOf(has, field));
