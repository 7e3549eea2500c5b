import type { JetStreamManager } from '@nats-io/jetstream';
import type { Flow } from '#shared/contracts/flow.ts';
import { BrokerRefusal, ifFound } from './broker-answer.ts';
import { type DurableOptions, differs, streamsOf, type TopologyOptions, wantedDurable } from './topology.ts';

/** Who may change a stream or a durable, and how to have it done. */
const REMEDY =
  'The set-up makes it so, with the same variables: npm start does it at each start of NATS, npm run set-up at any time, and in compose docker compose up set-up.';

/** For those who may not manage streams. @throws BrokerRefusal naming the stream, what is wrong with it and the remedy. */
export async function checkStreams(jsm: JetStreamManager, flow: Flow, options: TopologyOptions): Promise<void> {
  const check = async (wanted: { readonly name: string }) => {
    const known = await ifFound(jsm.streams.info(wanted.name));
    agree(`stream ${wanted.name}`, wanted, known?.config);
  };
  await Promise.all(streamsOf(flow, options).map(check));
}

/** @throws BrokerRefusal naming the durable, what is wrong with it and the remedy. */
export async function checkDurable(jsm: JetStreamManager, options: DurableOptions): Promise<void> {
  const known = await ifFound(jsm.consumers.info(options.stream, options.durable));
  agree(`durable ${options.durable} of stream ${options.stream}`, wantedDurable(options), known?.config);
}

function agree(what: string, wanted: object, has: object | undefined): void {
  if (!has) throw new BrokerRefusal(`${what} is not there. ${REMEDY}`);
  const field = differs(wanted, has);
  if (!field) return;
  const value = (of: object) => JSON.stringify(of[field as keyof typeof of]);
  throw new BrokerRefusal(`${what} has ${field} ${value(has)} instead of ${value(wanted)}. ${REMEDY}`);
}
