import { jetstreamManager } from '@nats-io/jetstream';
import { type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { ifFound, onceReady } from './broker-answer.ts';
import { allDurables, settledUpTo } from './inspect.ts';
import { type NatsLinkOptions, openNatsLink } from './nats-link.ts';
import { ensureDurable, ensureStreams, type TopologyOptions } from './topology.ts';

export interface SetUpOptions extends NatsLinkOptions, TopologyOptions {
  readonly flow: Flow;
  /** The services, and the short types that each consumes. */
  readonly participants: readonly { readonly name: string; readonly reacts: readonly string[] }[];
  readonly ackWaitMs: number;
}

const ASK_WITHIN_MS = 2_000;
/** A broker that starts with much to read back takes its time, and so does a busy machine. */
const READY_WITHIN_MS = 20_000;

/** Brings streams and durables to what the settings say, and keeps what they hold. @throws Unavailable, BrokerRefusal */
export async function setUpBroker(options: SetUpOptions): Promise<void> {
  const { flow, participants, ackWaitMs } = options;
  const { stream } = flow;
  const link = await openNatsLink({ connectWithinMs: READY_WITHIN_MS, ...options });
  try {
    const jsm = await jetstreamManager(link.nc, { checkAPI: false, timeout: ASK_WITHIN_MS });
    await onceReady(async () => {
      await ensureStreams(jsm, flow, options);
      const present = await allDurables(jsm, stream);
      for (const { name: durable, reacts } of participants) {
        if (reacts.length === 0) continue;
        const filters = reacts.map((type) => subjectOf(flow, type, '*'));
        // An earlier version had a durable per type, `kitchen-service_payment-completed`. The one durable starts at the lowest of
        // their positions; what some had acknowledged beyond it is redelivered and recognised as duplicates.
        const perType = present.map((state) => state.durable).filter((name) => name.startsWith(`${durable}_`));
        const beginAt = perType.length > 0 ? (await settledUpTo(jsm, stream, perType)) + 1 : 1;
        await ensureDurable(jsm, { stream, durable, filters, ackWaitMs }, beginAt);
        for (const name of perType) await ifFound(jsm.consumers.delete(stream, name));
      }
    }, READY_WITHIN_MS);
  } finally {
    await link.close();
  }
}
