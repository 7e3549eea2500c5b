import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import { deadLetterStream, deadLetterSubject, type Flow } from '#shared/contracts/flow.ts';
import { ifFound } from './broker-answer.ts';
import type { DurableState } from './bus.ts';

/** The state of each of these durables that exists. */
export async function durableStates(
  jsm: JetStreamManager,
  stream: string,
  durables: readonly string[],
): Promise<DurableState[]> {
  const infos = await Promise.all(durables.map((durable) => ifFound(jsm.consumers.info(stream, durable))));
  return infos.flatMap((info) => (info ? [stateOf(info)] : []));
}

export const stateOf = (info: ConsumerInfo): DurableState => ({
  durable: info.name,
  pending: info.num_pending,
  ackPending: info.num_ack_pending,
  redelivered: info.num_redelivered,
});

/** Dead letters of one service that the broker keeps. */
export async function countDeadLetters(jsm: JetStreamManager, flow: Flow, service: string): Promise<number> {
  const subjects_filter = deadLetterSubject(service, '>');
  const { state } = await jsm.streams.info(deadLetterStream(flow), { subjects_filter });
  return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
}
