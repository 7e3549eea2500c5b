import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { Flow } from '#shared/contracts/flow.ts';
import type { Bus } from '../bus.ts';
import { Unavailable } from '../faults.ts';
import { maskUrl } from '../server-url.ts';
import { subjectFilter } from '../subject-filter.ts';
import { onceReady, orUnavailable } from './broker-answer.ts';
import { startDurableConsumer } from './durable-consumer.ts';
import { followStream } from './follow-stream.ts';
import { createGathering } from './gathering.ts';
import { allDurables, caughtUp, countDeadLetters, settledUpTo, streamFill } from './inspect.ts';
import { createPublisher } from './jetstream-publisher.ts';
import { isAtLeast, MIN_NATS_VERSION, type NatsLink, type NatsLinkOptions, openNatsLink } from './nats-link.ts';
import { readSubject, replayStream } from './read-stream.ts';
import { ensureDurable, ensureStreams, streamsOf, type TopologyOptions } from './topology.ts';

export interface JetStreamBusOptions extends NatsLinkOptions, TopologyOptions {
  readonly flow: Flow;
  readonly ackWaitMs: number;
  /** Deliveries of one message before the broker gives up. Default 64. */
  readonly maxDeliver?: number;
  /** How long the broker may take to answer a question. Default 2 s. */
  readonly askWithinMs?: number;
}

const ASK_WITHIN_MS = 2_000;
/** Much less than any ACK_WAIT; long enough to batch the acknowledgements of some orders at a low rate. */
const ACKS_WITHIN_MS = 10;

/** Connects and creates missing streams; reconnects for ever. @throws Unavailable, Error for an old broker or wrong streams */
export async function createJetStreamBus(options: JetStreamBusOptions): Promise<Bus> {
  const link = await openNatsLink(options);
  try {
    const { version } = link.nc.info ?? {};
    if (!isAtLeast(version, MIN_NATS_VERSION))
      throw new Error(
        `the NATS server at ${maskUrl(options.url)} is version ${version}: install ${MIN_NATS_VERSION} or newer`,
      );
    const jsm = await jetstreamManager(link.nc, { checkAPI: false, timeout: options.askWithinMs ?? ASK_WITHIN_MS });
    await onceReady(() => ensureStreams(jsm, options.flow, options));
    return busOn(link, jsm, options);
  } catch (error) {
    await link.close();
    throw error;
  }
}

function busOn(link: NatsLink, jsm: JetStreamManager, options: JetStreamBusOptions): Bus {
  const { flow, ackWaitMs, maxDeliver, mayManage } = options;
  const { stream } = flow;
  const streams = streamsOf(flow, options).map(({ name, subjects }) => ({
    name,
    subjects,
    has: subjectFilter(subjects),
  }));
  const storing = (subject: string): string => streams.find(({ has }) => has(subject))?.name ?? stream;
  const subjects = streams.flatMap(({ subjects }) => subjects);
  const publisher = createPublisher(link, subjects);
  const acks = createGathering(ACKS_WITHIN_MS);
  const open = new Set<() => Promise<void>>();
  /** A question in the course of work: whatever the broker refuses it for, no message is to blame. */
  const ifConnected = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (link.status !== 'connected') throw new Unavailable('broker');
    return ask().catch((cause: unknown) => {
      throw new Unavailable('broker', { cause });
    });
  };
  /** Registers it, so that it is stopped at the latest when the bus closes. */
  const opened = (stop: () => Promise<void>) => {
    open.add(stop);
    return () => stop().finally(() => open.delete(stop));
  };

  return {
    get status() {
      return link.status;
    },
    get connectedSince() {
      return link.connectedSince;
    },
    publishWithinMs: publisher.publishWithinMs,
    publish: publisher.publish,
    async consume(consumer) {
      const { durable, filters } = consumer;
      const ensureIt = () => ensureDurable(jsm, { stream, durable, filters, ackWaitMs, maxDeliver, mayManage });
      // A broker that lost its data has lost the stream, too.
      const ensureBoth = () => ensureIt().catch(() => ensureStreams(jsm, flow, options).then(ensureIt));
      const ensure = () => orUnavailable(mayManage === false ? ensureIt() : ensureBoth());
      return { drain: opened((await startDurableConsumer(consumer, { link, stream, ackWaitMs, acks, ensure })).drain) };
    },
    read: (subject, from) => ifConnected(() => readSubject(jsm, storing(subject), subject, from)),
    async follow(...wanted) {
      return { stop: opened((await ifConnected(() => followStream(link, jsm, stream, ...wanted))).stop) };
    },
    async *replay(filters, first) {
      if (link.status !== 'connected') throw new Unavailable('broker');
      yield* replayStream(link, stream, filters, first);
    },
    lastSequence: () => ifConnected(async () => (await jsm.streams.info(stream)).state.last_seq),
    identity: () => ifConnected(async () => (await jsm.streams.info(stream)).created),
    settledUpTo: (durables) => ifConnected(() => settledUpTo(jsm, stream, durables)),
    caughtUp: (durables, withinMs) => ifConnected(() => caughtUp(jsm, stream, durables, withinMs)).catch(() => false),
    durableStates: () => ifConnected(() => allDurables(jsm, stream)),
    streamFill: () => ifConnected(() => streamFill(jsm, stream)),
    deadLetters: (service) => ifConnected(() => countDeadLetters(jsm, flow, service)),
    async close() {
      await Promise.all([...open].map((stop) => stop()));
      await publisher.close();
      await link.close();
    },
  };
}
