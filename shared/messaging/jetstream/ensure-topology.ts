import { type ConsumerConfig, DeliverPolicy, JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';
import type { Flow } from '#shared/contracts/flow.ts';
import { BrokerRefusal, ifFound } from './broker-answer.ts';
import { type DurableOptions, streamsOf, type TopologyOptions, wantedDurable } from './topology.ts';

const REMEDY = 'Remove the stream, make room for it, or use a newer broker.';
/** Who may change a stream or a durable, and how to have it done. */
const SET_UP =
  'The set-up makes it so, with the same variables: npm start does it at each start of NATS, npm run set-up at any time, and in compose docker compose up set-up.';

/**
 * Creates the streams, or updates them. Any number of services may do so at once.
 * @throws BrokerRefusal naming the field when the broker did not take a setting: older versions drop silently what they do not know.
 */
export async function ensureStreams(jsm: JetStreamManager, flow: Flow, options: TopologyOptions): Promise<void> {
  for (const wanted of streamsOf(flow, options)) {
    const what = `stream ${wanted.name}`;
    const known = await ifFound(jsm.streams.info(wanted.name));
    const field = known ? differs(wanted, known.config) : 'name';
    if (!field) continue;
    const asked = known ? jsm.streams.update(wanted.name, wanted) : jsm.streams.add(wanted);
    const { config } = await asked.catch((error: unknown) => {
      // Away is away; anything else is told with the stream and the setting.
      if (!(error instanceof JetStreamApiError) || error.status === 503) throw error;
      const refused = `${what}: the broker refuses ${field} ${textOf(wanted, field)} (${error.message})`;
      throw new BrokerRefusal(`${refused}. ${REMEDY}`, { cause: error });
    });
    agree(what, wanted, config, REMEDY);
  }
}

/** For those who may not manage streams. @throws BrokerRefusal naming the stream, what is wrong with it and the remedy. */
export async function checkStreams(jsm: JetStreamManager, flow: Flow, options: TopologyOptions): Promise<void> {
  await Promise.all(
    streamsOf(flow, options).map(async (wanted) =>
      agree(`stream ${wanted.name}`, wanted, (await ifFound(jsm.streams.info(wanted.name)))?.config, SET_UP),
    ),
  );
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

/** For those who may not manage durables. @throws BrokerRefusal naming the durable, what is wrong with it and the remedy. */
export async function checkDurable(jsm: JetStreamManager, options: DurableOptions): Promise<void> {
  const { stream, durable } = options;
  const known = await ifFound(jsm.consumers.info(stream, durable));
  agree(`durable ${durable} of stream ${stream}`, wantedDurable(options), known?.config, SET_UP);
}

function agree(what: string, wanted: object, has: object | undefined, remedy: string): void {
  if (!has) throw new BrokerRefusal(`${what} is not there. ${remedy}`);
  const field = differs(wanted, has);
  if (!field) return;
  throw new BrokerRefusal(`${what} has ${field} ${textOf(has, field)} instead of ${textOf(wanted, field)}. ${remedy}`);
}

const textOf = (config: object, field: string): string => JSON.stringify(config[field as keyof typeof config]);

/** The first field in which the broker's word differs from what is wanted. */
const differs = (wanted: object, has: object): string | undefined =>
  Object.keys(wanted).find((field) => textOf(wanted, field) !== textOf(has, field));
