import { jetstreamManager } from '@nats-io/jetstream';
import { type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { onceReady } from './broker-answer.ts';
import { mergeDurables } from './merge-durables.ts';
import { type NatsLinkOptions, openNatsLink } from './nats-link.ts';
import type { Participant } from './permissions.ts';
import { ensureStreams, type TopologyOptions } from './topology.ts';

export interface SetUpOptions extends NatsLinkOptions, TopologyOptions {
  readonly flow: Flow;
  readonly participants: readonly Participant[];
  readonly ackWaitMs: number;
}

const ASK_WITHIN_MS = 2_000;
/** A broker that starts with much to read back takes its time, and so does a busy machine. */
const READY_WITHIN_MS = 20_000;

/**
 * Creates the streams and every service's durable, or brings them to what the settings say; what they hold is kept. May
 * be repeated at any time. @throws Unavailable when no broker answers, BrokerRefusal when it will not have them so
 */
export async function setUpBroker(options: SetUpOptions): Promise<void> {
  const { flow, participants, ackWaitMs } = options;
  const { stream } = flow;
  const link = await openNatsLink({ connectWithinMs: READY_WITHIN_MS, ...options });
  try {
    const jsm = await jetstreamManager(link.nc, { checkAPI: false, timeout: ASK_WITHIN_MS });
    const durables = participants
      .filter(({ reacts }) => reacts.length > 0)
      .map(({ name, reacts }) => ({ durable: name, filters: reacts.map((type) => subjectOf(flow, type, '*')) }));
    const ensure = async () => {
      await ensureStreams(jsm, flow, options);
      await mergeDurables(
        jsm,
        durables.map((durable) => ({ stream, ackWaitMs, ...durable })),
      );
    };
    await onceReady(ensure, READY_WITHIN_MS);
  } finally {
    await link.close();
  }
}
