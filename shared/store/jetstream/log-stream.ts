import {
  DiscardPolicy,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { Terminal, Unavailable } from '#shared/messaging/faults.ts';
import { BrokerRefusal, ifFound, onceReady } from '#shared/messaging/jetstream/broker-answer.ts';
import { openNatsLink } from '#shared/messaging/jetstream/nats-link.ts';
import { StreamFull, SubjectTaken } from '#shared/messaging/publisher.ts';
import type { LogStream } from '../store-kind.ts';
import { idOf } from './keys.ts';

/** Part of the stream's description: data in another layout is refused instead of misread. */
const LAYOUT = 1;
/** Somebody waits for tools, and a busy broker takes its time. */
const ASK_WITHIN_MS = 10_000;

/** What a store relies on. Limits and replicas are the operator's. When it is full it refuses: nothing is dropped. */
const wanted = ({ name, prefix, history }: LogStream) => ({
  name,
  description: `state of a service, layout ${LAYOUT}`,
  subjects: [`${prefix}>`],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.New,
  max_msgs_per_subject: history,
  max_age: 0,
  allow_direct: true,
  allow_rollup_hdrs: true,
});

/** The subjects on which the user of its service publishes: messages, and the requests to read, follow and purge that stream alone. */
export const subjectsOf = ({ name, prefix }: LogStream): string[] => [
  `${prefix}>`,
  `$JS.API.CONSUMER.CREATE.${name}.*.${prefix}>`,
  ...['STREAM.INFO', 'STREAM.PURGE'].map((call) => `$JS.API.${call}.${name}`),
  ...['INFO', 'MSG.NEXT', 'DELETE'].map((call) => `$JS.API.CONSUMER.${call}.${name}.*`),
];

/** @throws BrokerRefusal when there is none, or another one, with the remedy */
export function checkStream(stream: LogStream, config: Readonly<StreamConfig> | undefined): void {
  const { name } = stream;
  if (!config) throw new BrokerRefusal(`stream ${name} does not exist: npm start and npm run set-up create it`);
  for (const [field, value] of Object.entries(wanted(stream))) {
    const [has, wants] = [JSON.stringify(config[field as keyof StreamConfig]), JSON.stringify(value)];
    if (has === wants) continue;
    const remedy = 'remove the stream, and run npm run set-up: the services rebuild what it held';
    throw new BrokerRefusal(`stream ${name} has ${field} ${has} instead of ${wants}: ${remedy}`);
  }
}

/** Makes the streams that are missing. @throws BrokerRefusal, Unavailable */
export async function prepareStreams(url: string, streams: readonly LogStream[]): Promise<void> {
  await managing(url, (jsm) =>
    onceReady(async () => {
      for (const stream of streams) {
        const known = await ifFound(jsm.streams.info(stream.name));
        checkStream(stream, (known ?? (await jsm.streams.add(wanted(stream)))).config);
      }
    }),
  );
}

/** The ids of all documents. @throws Unavailable('store') */
export const idsIn = (url: string, { name, prefix }: LogStream): Promise<string[]> =>
  orAway(
    managing(url, async (jsm) => {
      const { state } = await jsm.streams.info(name, { subjects_filter: `${prefix}>` });
      return Object.keys(state.subjects ?? {}).flatMap((subject) => idOf(subject.slice(prefix.length)) ?? []);
    }),
  );

/** Removes all messages. Resolves with how many. @throws Unavailable('store') */
export const emptyStream = (url: string, { name }: LogStream): Promise<number> =>
  orAway(managing(url, async (jsm) => (await jsm.streams.purge(name)).purged));

async function managing<T>(url: string, task: (jsm: JetStreamManager) => Promise<T>): Promise<T> {
  const link = await openNatsLink({ url, name: 'store tools', connectWithinMs: ASK_WITHIN_MS });
  try {
    return await task(await jetstreamManager(link.nc, { checkAPI: false, timeout: ASK_WITHIN_MS }));
  } finally {
    await link.close();
  }
}

/** @throws Unavailable('store'), SubjectTaken, Terminal */
export async function orAway<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof SubjectTaken || error instanceof Terminal) throw error;
    const full = 'the stream is full: raise its max_bytes, or max_file_store of the NATS server';
    throw new Unavailable('store', { cause: error instanceof StreamFull ? new Error(full, { cause: error }) : error });
  }
}
